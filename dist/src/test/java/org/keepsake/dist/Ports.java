package org.keepsake.dist;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that nobody listens on, each given out once.
 *
 * <p>They lie below the kernel's range for outgoing connections: a port from that range could be taken by one of the
 * crowd's own connections while the server that owns it is down.
 */
final class Ports {

    private static final int FIRST = 18_000;
    private static final int END = 32_000;

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    static int free() {
        for (int tries = 0; tries < 1_000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST / 2, END / 2) * 2 + Product.FORK;
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
        throw new AssertionError("no free port between " + FIRST + " and " + END);
    }

    static InetSocketAddress freeAddress() {
        return local(free());
    }

    static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    static boolean isFree(int port) {
        return canBind(new InetSocketAddress(port)) && canBind(local(port));
    }

    private static boolean canBind(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address);
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
