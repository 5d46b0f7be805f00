package org.keepsake.node.memcached;

import java.util.regex.Pattern;

/**
 * One memcached store as it is named in {@code --memcached-nodes}. Immutable.
 *
 * @param name what session ids, logs and the ring call it: {@code [A-Za-z0-9_]+}
 * @param host a host name or an address, resolved again each time a connection is built
 * @param port 1..65535
 * @param failover whether it receives new sessions only when no other store is up
 */
public record MemcachedNode(String name, String host, int port, boolean failover) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]+");
    private static final Pattern HOST = Pattern.compile("[^\\s\\p{Cntrl}/@\\[\\],]+");
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");

    /**
     * Checks name, host and port.
     *
     * @throws IllegalArgumentException with one sentence that names the thing, the value and the rule
     */
    public MemcachedNode {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "memcached node \"%s\": the name may hold only letters, digits and _".formatted(name));
        }
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "memcached node %s: \"%s\" is not a host name or address".formatted(name, host));
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    "memcached node %s: port %d is not between 1 and 65535".formatted(name, port));
        }
    }

    /**
     * Reads {@code NAME:HOST:PORT}; an IPv6 address stands in brackets, {@code m1:[::1]:11211}. The result is no
     * failover store: {@link MemcachedNodes#parse(String, java.util.Set)} says which ones are.
     *
     * @throws IllegalArgumentException with one sentence that says what is wrong with the text
     */
    public static MemcachedNode parse(String text) {
        String entry = text.strip();
        int nameEnd = entry.indexOf(':');
        if (nameEnd < 0) {
            throw malformed(text, "no host and port");
        }
        String address = entry.substring(nameEnd + 1);
        int hostEnd = hostEnd(text, address);
        return new MemcachedNode(
                entry.substring(0, nameEnd),
                host(text, address.substring(0, hostEnd)),
                port(text, address.substring(hostEnd)),
                false);
    }

    /** The same store, as a failover store or not. */
    public MemcachedNode asFailover(boolean isFailover) {
        return new MemcachedNode(name, host, port, isFailover);
    }

    /** {@code NAME:HOST:PORT}, as {@link #parse(String)} reads it. */
    @Override
    public String toString() {
        return name + ":" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    private static int hostEnd(String text, String address) {
        if (address.startsWith("[")) {
            int bracket = address.indexOf(']');
            if (bracket < 0) {
                throw malformed(text, "the [ is not closed");
            }
            return bracket + 1;
        }
        int colon = address.indexOf(':');
        return colon < 0 ? address.length() : colon;
    }

    private static String host(String text, String written) {
        String host = written.startsWith("[") ? written.substring(1, written.length() - 1) : written;
        if (host.isEmpty()) {
            throw malformed(text, "no host");
        }
        return host;
    }

    private static int port(String text, String colonAndPort) {
        if (colonAndPort.length() < 2) {
            throw malformed(text, "no port");
        }
        String port = colonAndPort.substring(1);
        if (colonAndPort.charAt(0) != ':' || !DIGITS.matcher(port).matches()) {
            throw malformed(text, "\"" + port + "\" is not a port number");
        }
        // Longer than any port: the record's own check words the refusal.
        return port.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(port);
    }

    private static IllegalArgumentException malformed(String text, String what) {
        return new IllegalArgumentException("memcached node \"%s\": %s; write NAME:HOST:PORT".formatted(text, what));
    }
}
