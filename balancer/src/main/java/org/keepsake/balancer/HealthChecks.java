package org.keepsake.balancer;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.rotation.Peer;
import org.keepsake.balancer.rotation.Rotation;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

/** Asks all upstreams again and again whether they are well. Belongs to one I/O thread. */
final class HealthChecks {

    private final XnioIoThread thread;
    private final Rotation rotation;
    private final HealthSettings settings;
    private final Map<Peer, Streak> streaks = new HashMap<>();
    private final XnioExecutor.Key asking;

    /** What an upstream has answered of late: as many successes or failures in a row. */
    private static final class Streak {
        boolean asked;
        int successes;
        int failures;
    }

    /** Begins to ask, at once. */
    HealthChecks(XnioIoThread thread, Rotation rotation, HealthSettings settings) {
        this.thread = thread;
        this.rotation = rotation;
        this.settings = settings;
        thread.execute(this::askAll);
        this.asking = thread.executeAtInterval(this::askAll, settings.interval().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Called from any thread, before the I/O thread ends. */
    void close() {
        asking.remove();
    }

    private void askAll() {
        Set<Peer> present = new HashSet<>(rotation.peers());
        streaks.keySet().retainAll(present);
        present.forEach(this::ask);
    }

    private void ask(Peer peer) {
        Streak streak = streaks.computeIfAbsent(peer, added -> new Streak());
        if (!streak.asked) {
            streak.asked = true;
            HealthCheck.start(thread, peer.upstream(), settings, why -> heard(peer, streak, why));
        }
    }

    private void heard(Peer peer, Streak streak, @Nullable String why) {
        streak.asked = false;
        streak.successes = why == null ? streak.successes + 1 : 0;
        streak.failures = why == null ? 0 : streak.failures + 1;
        if (why != null && streak.failures >= settings.fall()) {
            rotation.checked(peer, false, why);
        } else if (streak.successes >= settings.rise()) {
            rotation.checked(peer, true, "");
        }
    }
}
