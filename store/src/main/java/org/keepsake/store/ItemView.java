package org.keepsake.store;

/**
 * An item as it was at one moment.
 *
 * @param expiry milliseconds since 1970, {@link Expiration#NEVER} for never
 * @param lastUse milliseconds since 1970
 * @param fetched whether anybody asked for it since it was stored
 */
record ItemView(Item item, long expiry, long lastUse, boolean fetched) {}
