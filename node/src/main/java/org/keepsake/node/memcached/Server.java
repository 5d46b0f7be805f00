package org.keepsake.node.memcached;

import java.net.InetSocketAddress;

/**
 * Who answers in an epoch, and where. Immutable.
 *
 * @param address where it listens
 * @param incarnation which process it is
 * @param maxItemSize what it says, in bytes
 * @param text whether it speaks the text protocol, as far as it says: not with memcached -S or -B binary
 */
record Server(InetSocketAddress address, Incarnation incarnation, long maxItemSize, boolean text) {}
