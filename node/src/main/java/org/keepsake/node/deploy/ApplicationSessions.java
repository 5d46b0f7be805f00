package org.keepsake.node.deploy;

import io.undertow.servlet.api.DeploymentInfo;

/** Gives applications their session managers. Called by the thread that deploys. */
@FunctionalInterface
public interface ApplicationSessions {

    /**
     * Prepares an application before it is deployed.
     *
     * @param distributable whether its {@code web.xml} and all of its fragments say {@code <distributable/>}
     */
    void install(DeploymentInfo deployment, boolean distributable);
}
