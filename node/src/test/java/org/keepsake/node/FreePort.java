package org.keepsake.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback interface that nobody listens on, each given out once.
 *
 * <p>They lie below the kernel's range for outgoing connections: one from that range could be taken by any connection
 * while the process that owns it is down. The odd ones are those of the one of the two JVMs that run tests, the even ones
 * the other's.
 */
public final class FreePort {

    private static final int FIRST = 12_000;
    private static final int END = 32_000;
    private static final int FORK = Integer.getInteger("fork", 1) % 2;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    public static int next() {
        for (int tries = 0; tries < 1_000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST / 2, END / 2) * 2 + FORK;
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
        throw new AssertionError("no free port between " + FIRST + " and " + END);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
