package org.keepsake.launcher.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.keepsake.launcher.options.UsageError;

/** Hands out ports that are free now, each once. Not thread-safe. */
final class Ports {

    private static final int TRIED = 100;

    private final String host;
    private final Set<Integer> taken = new HashSet<>();

    Ports(String host) {
        this.host = host;
    }

    /** The first free port at or above the wanted one. */
    int next(int wanted) {
        int last = Math.min(wanted + TRIED, 65535);
        for (int port = wanted; port <= last; port++) {
            if (!taken.contains(port) && free(port)) {
                taken.add(port);
                return port;
            }
        }
        throw new UsageError("no port from %d to %d is free on %s".formatted(wanted, last, host));
    }

    private boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return true;
        } catch (IOException e) {
            return false; // Taken, which is what is being found out.
        }
    }
}
