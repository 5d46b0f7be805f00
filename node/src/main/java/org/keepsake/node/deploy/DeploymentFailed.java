package org.keepsake.node.deploy;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An application could not be deployed. The message is one sentence for the person who named the file, such as
 * {@code war /srv/shop.war: not a zip file}.
 */
public final class DeploymentFailed extends IOException {

    private static final long serialVersionUID = 1L;

    public DeploymentFailed(String message) {
        super(message);
    }

    public DeploymentFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
