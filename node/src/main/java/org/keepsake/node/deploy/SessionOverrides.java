package org.keepsake.node.deploy;

import org.keepsake.node.session.SessionSettings;

/** What an application says otherwise of its sessions than its node. */
@FunctionalInterface
public interface SessionOverrides {

    /**
     * The settings of the application.
     *
     * @param node the settings of its node
     * @throws DeploymentFailed with the file, the attribute and what is wrong with it
     */
    SessionSettings over(SessionSettings node) throws DeploymentFailed;
}
