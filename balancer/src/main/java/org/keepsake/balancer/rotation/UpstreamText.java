package org.keepsake.balancer.rotation;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;

/** The text form of an {@link Upstream}. */
final class UpstreamText {
    private static final int MAX_PORT = 65_535;

    private final String text;
    private int weight = 1;
    private String route = "";
    private boolean backup;

    private UpstreamText(String text) {
        this.text = text;
    }

    static Upstream parse(String text) {
        return new UpstreamText(text).parse();
    }

    private Upstream parse() {
        String[] parts = text.split(",", -1);
        Set<String> seen = new HashSet<>();
        for (int i = 1; i < parts.length; i++) {
            String key = parts[i].contains("=") ? parts[i].substring(0, parts[i].indexOf('=')) : parts[i];
            if (!seen.add(key)) {
                throw wrong("'" + key + "' is given twice");
            }
            option(key, parts[i]);
        }
        String endpoint = parts[0];
        InetSocketAddress address = address(endpoint);
        return new Upstream(route.isEmpty() ? endpoint : route, address, route, weight, backup);
    }

    private void option(String key, String option) {
        String value = option.substring(Math.min(option.length(), key.length() + 1));
        switch (key) {
            case "weight" -> weight = number(value, "weight");
            case "route" -> route = value;
            case "backup" -> {
                if (option.contains("=")) {
                    throw wrong("'backup' takes no value");
                }
                backup = true;
            }
            default -> throw wrong("'" + option + "' is none of weight=N, route=NAME and backup");
        }
    }

    private InetSocketAddress address(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        if (colon <= 0 || endpoint.endsWith("]")) {
            throw wrong("'" + endpoint + "' is not host:port");
        }
        String host = endpoint.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (!bracketed && (host.contains(":") || host.contains("/") || host.isBlank())) {
            throw wrong("'" + endpoint + "' is not host:port");
        }
        int port = number(endpoint.substring(colon + 1), "port");
        if (port < 1 || port > MAX_PORT) {
            throw wrong("port " + port + " is not between 1 and " + MAX_PORT);
        }
        InetSocketAddress address =
                new InetSocketAddress(bracketed ? host.substring(1, host.length() - 1) : host, port);
        if (address.isUnresolved()) {
            throw wrong("host " + host + " has no address");
        }
        return address;
    }

    private int number(String value, String what) {
        if (!value.matches("[0-9]{1,9}")) {
            throw wrong(what + " '" + value + "' is not a number");
        }
        return Integer.parseInt(value);
    }

    private IllegalArgumentException wrong(String why) {
        return new IllegalArgumentException("upstream " + text + ": " + why);
    }
}
