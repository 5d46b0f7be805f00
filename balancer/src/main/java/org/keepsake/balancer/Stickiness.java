package org.keepsake.balancer;

/**
 * How requests of one session find the upstream that served the session before. An upstream that is unknown or down falls
 * back to the algorithm.
 *
 * @param kind what tells the upstream
 * @param cookie the name of the balancer's own cookie; empty without one
 */
public record Stickiness(Kind kind, String cookie) {

    /** Every request goes where the balancing algorithm says. */
    public static final Stickiness NONE = new Stickiness(Kind.NONE, "");

    /** The end of a session id tells, {@link Kind#ROUTE}. */
    public static final Stickiness ROUTE = new Stickiness(Kind.ROUTE, "");

    private static final String COOKIE = "KEEPSAKE";

    /** What tells the upstream of a session. */
    public enum Kind {
        /** Nothing. */
        NONE,

        /**
         * The suffix after the last dot of {@code JSESSIONID}, in a cookie or in a {@code ;jsessionid=} path parameter,
         * names the {@link org.keepsake.balancer.rotation.Upstream#route() route}.
         */
        ROUTE,

        /** A cookie that the balancer adds to responses, for applications with sessions of their own kind. */
        COOKIE
    }

    public Stickiness {
        if ((kind == Kind.COOKIE) == cookie.isEmpty() || !cookie.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]*")) {
            throw new IllegalArgumentException("stickiness: '" + cookie + "' is no name of a cookie");
        }
    }

    /**
     * Reads {@code none}, {@code route}, {@code cookie} or {@code cookie:NAME}.
     *
     * @throws IllegalArgumentException with one sentence for the user when it is none of them
     */
    public static Stickiness parse(String text) {
        return switch (text) {
            case "none" -> NONE;
            case "route" -> ROUTE;
            case "cookie" -> new Stickiness(Kind.COOKIE, COOKIE);
            default -> {
                if (!text.startsWith("cookie:")) {
                    throw new IllegalArgumentException("'" + text + "' is none of none, route and cookie[:NAME]");
                }
                yield new Stickiness(Kind.COOKIE, text.substring("cookie:".length()));
            }
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case NONE -> "none";
            case ROUTE -> "route";
            case COOKIE -> "cookie:" + cookie;
        };
    }
}
