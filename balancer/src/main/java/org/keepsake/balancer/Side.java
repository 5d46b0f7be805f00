package org.keepsake.balancer;

/** Whom a request waits for. */
enum Side {
    CONNECT,
    UPSTREAM,
    CLIENT
}
