package org.keepsake.node.memcached;

/**
 * A key that a store has. Immutable.
 *
 * @param key as it is asked for
 * @param expiresAtSeconds when it ends, in seconds since 1970 by the store's clock; 0 for never
 */
public record ListedKey(String key, long expiresAtSeconds) {}
