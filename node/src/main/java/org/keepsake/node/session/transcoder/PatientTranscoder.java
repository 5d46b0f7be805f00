package org.keepsake.node.session.transcoder;

import java.util.ConcurrentModificationException;
import java.util.NoSuchElementException;
import java.util.concurrent.locks.LockSupport;

/**
 * Encodes again what failed because another request changed the value meanwhile. A value that cannot be encoded at all
 * stays on this node and is removed from the stores; one that was only disturbed must not be. Thread-safe.
 */
final class PatientTranscoder implements Transcoder {

    /** With pauses that grow by {@link #PAUSE}: 10 ms in all, far longer than requests change an attribute. */
    private static final int ATTEMPTS = 20;

    /** In nanoseconds. */
    private static final long PAUSE = 50_000;

    private final Transcoder transcoder;

    PatientTranscoder(Transcoder transcoder) {
        this.transcoder = transcoder;
    }

    @Override
    public String name() {
        return transcoder.name();
    }

    @Override
    public byte[] encode(Object value) throws TranscodingFailed {
        for (int attempt = 1; ; attempt++) {
            try {
                return transcoder.encode(value);
            } catch (TranscodingFailed e) {
                if (attempt == ATTEMPTS || !isDisturbed(e)) {
                    throw e;
                }
                LockSupport.parkNanos(attempt * PAUSE);
            }
        }
    }

    /** Whether a cause is what collections throw that change while they are read. */
    private static boolean isDisturbed(TranscodingFailed e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConcurrentModificationException
                    || cause instanceof IndexOutOfBoundsException
                    || cause instanceof NoSuchElementException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Object decode(byte[] bytes) throws TranscodingFailed {
        return transcoder.decode(bytes);
    }
}
