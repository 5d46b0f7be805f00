package org.keepsake.balancer;

import io.undertow.util.StatusCodes;

/** How an attempt on an upstream can fail before the client has seen anything of it. */
enum Failure {
    REFUSED(StatusCodes.BAD_GATEWAY, true),
    CONNECT_TIMEOUT(StatusCodes.GATEWAY_TIME_OUT, true),
    CLOSED(StatusCodes.BAD_GATEWAY, true),
    READ_TIMEOUT(StatusCodes.GATEWAY_TIME_OUT, true),
    BAD_RESPONSE(StatusCodes.BAD_GATEWAY, true),
    /** The upstream left the pool: that says nothing about its health. */
    REMOVED(StatusCodes.SERVICE_UNAVAILABLE, false);

    private final int status;
    private final boolean unhealthy;

    Failure(int status, boolean unhealthy) {
        this.status = status;
        this.unhealthy = unhealthy;
    }

    /** The status of the answer when there is no other upstream to ask. */
    int status() {
        return status;
    }

    /** Whether it counts against the upstream. */
    boolean unhealthy() {
        return unhealthy;
    }
}
