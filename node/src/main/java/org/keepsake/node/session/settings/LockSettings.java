package org.keepsake.node.session.settings;

import java.time.Duration;

/**
 * How requests of one session wait for each other. Immutable; checked when it is made.
 *
 * @param mode which requests lock
 * @param expiration after how long the lock of a node that died is free; the living renew theirs; 1 s to 1 hour,
 *     counted by stores in whole seconds
 * @param timeoutAction what becomes of a request that waited for the lock as long as it may
 */
public record LockSettings(LockingMode mode, Duration expiration, TimeoutAction timeoutAction) {

    /** What becomes of a request that waited for a lock as long as it may. */
    public enum TimeoutAction {
        /** The answer is 503. */
        FAIL,
        /** It is served without a lock, and that is logged and counted, as memcached-session-manager does. */
        PROCEED
    }

    private static final Duration LONGEST = Duration.ofHours(1);

    public LockSettings {
        if (expiration.compareTo(Duration.ofSeconds(1)) < 0 || expiration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "lock expiration " + expiration.toMillis() + " ms: is not between 1 second and 1 hour");
        }
    }

    /** No request locks; a lock would be free after 3 seconds, a request that got none would fail. */
    public static LockSettings defaults() {
        return new LockSettings(new LockingMode.None(), Duration.ofSeconds(3), TimeoutAction.FAIL);
    }

    /** These settings with another mode. */
    public LockSettings withMode(LockingMode other) {
        return new LockSettings(other, expiration, timeoutAction);
    }

    /** These settings with another lifetime of locks. */
    public LockSettings withExpiration(Duration other) {
        return new LockSettings(mode, other, timeoutAction);
    }

    /** These settings with another end of waiting. */
    public LockSettings withTimeoutAction(TimeoutAction other) {
        return new LockSettings(mode, expiration, other);
    }
}
