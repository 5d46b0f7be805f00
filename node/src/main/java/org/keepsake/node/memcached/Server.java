package org.keepsake.node.memcached;

import java.net.InetSocketAddress;

/**
 * Who answers in an epoch, and where. Immutable.
 *
 * @param address where it listens
 * @param incarnation which process it is
 * @param maxItemSize what it says, in bytes
 */
record Server(InetSocketAddress address, Incarnation incarnation, long maxItemSize) {}
