package org.keepsake.balancer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** An IP address or a CIDR range of them ({@code 10.0.0.0/8}, {@code fd00::/8}). */
final class AddressRange {
    private static final Pattern LITERAL =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private final byte[] network;
    private final int prefix;

    private AddressRange(byte[] network, int prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /** @throws IllegalArgumentException with one sentence for the user */
    static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        byte[] network = literal(text, slash < 0 ? text : text.substring(0, slash));
        int bits = network.length * 8;
        int prefix = slash < 0 ? bits : prefix(text, text.substring(slash + 1), bits);
        return new AddressRange(network, prefix);
    }

    boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != network.length) {
            return false;
        }
        int whole = prefix / 8;
        for (int i = 0; i < whole; i++) {
            if (bytes[i] != network[i]) {
                return false;
            }
        }
        int mask = prefix % 8 == 0 ? 0 : 0xff << (8 - prefix % 8);
        return mask == 0 || (bytes[whole] & mask) == (network[whole] & mask);
    }

    private static byte[] literal(String text, String address) {
        return address(address)
                .orElseThrow(() ->
                        new IllegalArgumentException("trusted proxy " + text + ": not an IP address or CIDR range"))
                .getAddress();
    }

    /** The address that a text is, never by asking for a name: only what is written like one reaches the resolver. */
    static Optional<InetAddress> address(String text) {
        if (!LITERAL.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static int prefix(String text, String digits, int bits) {
        if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) > bits) {
            throw new IllegalArgumentException(
                    "trusted proxy " + text + ": prefix length '" + digits + "' is not between 0 and " + bits);
        }
        return Integer.parseInt(digits);
    }
}
