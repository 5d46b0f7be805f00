package org.keepsake.balancer;

/** How requests of one session find the upstream that served the session before. */
public enum Stickiness {
    /** Every request goes where the balancing algorithm says. */
    NONE,

    /**
     * The suffix after the last dot of {@code JSESSIONID}, in a cookie or in a {@code ;jsessionid=} path parameter, names
     * the {@link Upstream#route() route}. A route that is unknown or down falls back to the algorithm.
     */
    ROUTE
}
