package org.keepsake.balancer.tls;

import java.time.Duration;

/**
 * What {@code Strict-Transport-Security} tells browsers (RFC 6797): to come by https alone from now on.
 *
 * @param maxAge for how long; zero makes them forget it
 * @param includeSubDomains whether that holds for all hosts below as well
 * @param preload whether the site may be built into browsers
 */
public record Hsts(Duration maxAge, boolean includeSubDomains, boolean preload) {

    public Hsts {
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("hsts: " + maxAge + " is less than no time");
        }
    }

    /** The value of the header field. */
    public String field() {
        return "max-age=" + maxAge.toSeconds() + (includeSubDomains ? "; includeSubDomains" : "")
                + (preload ? "; preload" : "");
    }
}
