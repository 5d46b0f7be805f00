package org.keepsake.node.session;

import java.util.LinkedHashMap;
import java.util.Map;
import org.keepsake.node.session.settings.LockingMode;

/**
 * Which requests lock their session. Thread-safe.
 *
 * <p>In mode {@code auto} a request is spared the lock once another one of the same method and path was seen to change
 * nothing, and none was ever seen to change something; as memcached-session-manager does it.
 */
final class LockPolicy {

    /** Paths remembered; those not asked for longest are forgotten. */
    private static final int CAPACITY = 1_000;

    private final LockingMode mode;

    /** Guarded by itself: by method and path, whether a request was seen to change its session. */
    private final Map<String, Boolean> changing = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > CAPACITY;
        }
    };

    LockPolicy(LockingMode mode) {
        this.mode = mode;
    }

    /** Whether a request is to have its session for itself. */
    boolean locks(RequestLine line) {
        if (mode instanceof LockingMode.UriPattern pattern) {
            return pattern.pattern().matcher(line.toString()).matches();
        }
        return mode instanceof LockingMode.All || (mode instanceof LockingMode.Auto && !isReadOnly(line.path()));
    }

    private boolean isReadOnly(String path) {
        synchronized (changing) {
            return Boolean.FALSE.equals(changing.get(path));
        }
    }

    /** Learns from a request that had a session and is over. */
    void learn(RequestLine line, boolean changed) {
        if (mode instanceof LockingMode.Auto) {
            synchronized (changing) {
                changing.merge(line.path(), changed, Boolean::logicalOr);
            }
        }
    }
}
