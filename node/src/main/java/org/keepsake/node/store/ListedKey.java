package org.keepsake.node.store;

/**
 * A key that a store has. Immutable.
 *
 * @param key as it is asked for
 * @param secondsLeft how long it will be there after the listing began, at least 1; 0 for ever. A duration, because the
 *     clocks of two stores differ
 */
public record ListedKey(String key, long secondsLeft) {}
