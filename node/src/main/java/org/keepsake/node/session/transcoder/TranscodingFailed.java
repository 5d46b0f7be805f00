package org.keepsake.node.session.transcoder;

import org.jspecify.annotations.Nullable;

/** A value cannot become bytes, or bytes cannot become a value. The message says why, without the value. */
public final class TranscodingFailed extends Exception {

    private static final long serialVersionUID = 1L;

    public TranscodingFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
