package org.keepsake.launcher.cluster;

import java.util.regex.Pattern;

/**
 * One role of one member, as the others see it.
 *
 * @param role what it does
 * @param name its name, {@code [A-Za-z0-9_]+}, unique among the services of its role
 * @param host the address it serves on; empty means the address of its member
 * @param port the port it serves on, 1 to 65535
 * @param state whether it takes work
 */
public record Service(Role role, String name, String host, int port, State state) {

    /** STARTING and DRAINING services take no new work; READY ones do. */
    public enum State {
        STARTING,
        READY,
        DRAINING
    }

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,64}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_.:%-]{0,255}");

    public Service {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("%s name \"%s\": only letters, digits and _ may stand in it, 64 at most"
                    .formatted(role.word(), name));
        }
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException("%s %s: \"%s\" is no host".formatted(role.word(), name, host));
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    "%s %s: port %d is not between 1 and 65535".formatted(role.word(), name, port));
        }
    }

    Service at(String address) {
        return host.isEmpty() ? new Service(role, name, address, port, state) : this;
    }

    /** This service in another state. */
    public Service in(State other) {
        return new Service(role, name, host, port, other);
    }

    /** Where it is reached, as text for a person. */
    public String address() {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }

    boolean sameNameAs(Service other) {
        return role == other.role && name.equals(other.name);
    }

    @Override
    public String toString() {
        return role.word() + " " + name;
    }
}
