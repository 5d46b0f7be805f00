package org.keepsake.node.deploy;

import io.undertow.servlet.api.DeploymentInfo;

/** Gives applications their session managers. Called by the thread that deploys. */
@FunctionalInterface
public interface ApplicationSessions {

    /**
     * Prepares an application before it is deployed.
     *
     * @param distributable whether its {@code web.xml} and all of its fragments say {@code <distributable/>}
     * @param own what its context file says otherwise than the node
     * @throws DeploymentFailed when that cannot be, with the file and the attribute
     */
    void install(DeploymentInfo deployment, boolean distributable, SessionOverrides own) throws DeploymentFailed;
}
