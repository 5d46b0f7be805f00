package org.keepsake.balancer.gate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** An IP address or a CIDR range of them ({@code 10.0.0.0/8}, {@code fd00::/8}). Immutable. */
public final class AddressRange {
    private static final Pattern LITERAL =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private final byte[] network;
    private final int prefix;

    private AddressRange(byte[] network, int prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /**
     * Reads ranges.
     *
     * @param what they are, for the message
     * @throws IllegalArgumentException with one sentence for the user
     */
    public static List<AddressRange> parse(String what, Collection<String> texts) {
        return texts.stream().map(text -> parse(what, text)).toList();
    }

    /** As {@link #parse(String, Collection)}. */
    public static AddressRange parse(String what, String text) {
        int slash = text.indexOf('/');
        byte[] network = address(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(
                        () -> new IllegalArgumentException(what + " " + text + ": not an IP address or CIDR range"))
                .getAddress();
        int bits = network.length * 8;
        if (slash < 0) {
            return new AddressRange(network, bits);
        }
        String digits = text.substring(slash + 1);
        if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) > bits) {
            throw new IllegalArgumentException(
                    what + " " + text + ": prefix length '" + digits + "' is not between 0 and " + bits);
        }
        return new AddressRange(network, Integer.parseInt(digits));
    }

    /** The address that a text is, never by asking for a name: only what is written like one reaches the resolver. */
    public static Optional<InetAddress> address(String text) {
        if (!LITERAL.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** Whether any of the ranges has the address. */
    public static boolean anyContains(List<AddressRange> ranges, InetAddress address) {
        for (AddressRange range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    public boolean contains(InetAddress address) {
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
}
