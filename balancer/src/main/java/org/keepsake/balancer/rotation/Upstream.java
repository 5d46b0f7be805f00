package org.keepsake.balancer.rotation;

import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * One server that requests are passed to. Its identity, which health and round-robin state hang on, is its name together
 * with its address.
 *
 * @param name what logs and {@code X-Keepsake-Upstream} show
 * @param address where it listens; resolved already
 * @param route the suffix of session ids that belong to it; empty for none
 * @param weight its share of the requests, 1 to 1000
 * @param backup whether it is asked only when no other upstream is available
 */
public record Upstream(String name, InetSocketAddress address, String route, int weight, boolean backup) {
    private static final int MAX_WEIGHT = 1000;

    public Upstream {
        Objects.requireNonNull(address, "address");
        if (!name.matches("[\\x21-\\x7e]+")) {
            throw new IllegalArgumentException("upstream name '" + name + "' is not made of visible ASCII characters");
        }
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "upstream " + name + ": host " + address.getHostString() + " has no address");
        }
        if (address.getPort() == 0) {
            throw new IllegalArgumentException("upstream " + name + ": port 0 is not between 1 and 65535");
        }
        if (!route.matches("[A-Za-z0-9_-]*")) {
            throw new IllegalArgumentException(
                    "upstream " + name + ": route '" + route + "' is not made of letters, digits, _ and -");
        }
        checkWeight(name, weight);
    }

    static void checkWeight(String name, int weight) {
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "upstream " + name + ": weight " + weight + " is not between 1 and " + MAX_WEIGHT);
        }
    }

    /**
     * Reads {@code host:port[,weight=2][,route=A][,backup]}, the entry of an {@code --upstream} option. An IPv6 address
     * stands in brackets. The name of such an upstream is its route when it has one, else {@code host:port}.
     *
     * @throws IllegalArgumentException with one sentence for the user when the text is not of that form
     */
    public static Upstream parse(String text) {
        return UpstreamText.parse(text);
    }

    /** Whether the other one is the same server, so that it keeps its health and its place in the rotation. */
    boolean sameServer(Upstream other) {
        return name.equals(other.name) && address.equals(other.address);
    }
}
