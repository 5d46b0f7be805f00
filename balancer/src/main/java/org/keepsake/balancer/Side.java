package org.keepsake.balancer;

/** Whom a request waits for. */
enum Side {
    /** Others, who leave room at an upstream. */
    QUEUE,
    CONNECT,
    UPSTREAM,
    CLIENT
}
