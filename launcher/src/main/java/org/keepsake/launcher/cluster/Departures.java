package org.keepsake.launcher.cluster;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Members that are gone and of which it is not known whether they have ended: they may be alive and cut off. One has
 * ended when nobody listens at its address any more, which its host must say, or when the next one has the address.
 * Thread-safe.
 */
final class Departures {

    private static final Duration LOOK = Duration.ofMillis(500);

    private final ClusterThread thread;
    private final Set<InetSocketAddress> doubtful = ConcurrentHashMap.newKeySet();

    /** Guarded by this. */
    private Set<InetSocketAddress> present = Set.of();

    Departures(String cluster) {
        thread = new ClusterThread(cluster, "keepsake-departures");
    }

    void start() {
        thread.every(LOOK, this::look);
    }

    /** Tells the addresses of all other members there are now. */
    synchronized void members(Set<InetSocketAddress> now) {
        if (now.equals(present)) {
            return;
        }
        Set<InetSocketAddress> gone = new HashSet<>(present);
        gone.removeAll(now);
        present = Set.copyOf(now);
        doubtful.removeAll(now);
        if (doubtful.addAll(gone)) {
            boolean unused = thread.run(this::look);
        }
    }

    /** Whether of every member that is gone it is known that it has ended. */
    boolean allEnded() {
        return doubtful.isEmpty();
    }

    void close() {
        thread.close(LOOK);
    }

    private void look() {
        doubtful.removeIf(Departures::hasEnded);
    }

    /** A host that does not answer, or that cannot be found, says nothing. */
    private static boolean hasEnded(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) LOOK.toMillis());
            return false;
        } catch (ConnectException refused) {
            return true;
        } catch (IOException unknown) {
            return false;
        }
    }
}
