package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.view.Peers;
import org.keepsake.node.session.view.StoreViews;
import org.keepsake.node.session.view.ViewSettings;

/**
 * A node of the cluster: the real repository and the real view of the stores, in a process that can be frozen, killed and
 * started again.
 */
final class SimulatedNode {

    private static final Duration BUDGET = Duration.ofSeconds(5);
    private static final Duration REPLACE_AFTER = Duration.ofSeconds(30);
    private static final Duration COPY_PAUSE = Duration.ofMillis(100);
    private static final int UNEASY = 50;
    private static final int CALM = 500;

    private final String name;
    private final Schedule schedule;
    private final Random random;
    private final List<SimulatedStore> stores;
    private final SimulatedCluster cluster;
    private int boots;
    private Life life;

    /** What ends with the process. */
    private record Life(
            SimulatedProcess process,
            StoreViews views,
            MemcachedRepository repository,
            Map<SessionId, Remembered> heap) {}

    SimulatedNode(
            String name, Schedule schedule, Random random, List<SimulatedStore> stores, SimulatedCluster cluster) {
        this.name = name;
        this.schedule = schedule;
        this.random = random;
        this.stores = stores;
        this.cluster = cluster;
        this.life = boot();
    }

    private Life boot() {
        boots++;
        SimulatedProcess process = schedule.process(name);
        List<MemcachedConnection> ring = stores.stream()
                .<MemcachedConnection>map(store -> store.connect(process))
                .toList();
        Peers peers = cluster.join(process);
        StoreViews views = new StoreViews(
                () -> ring,
                peers,
                process,
                random,
                RecordCodec.PLAIN,
                new ViewSettings(name + "_" + boots, REPLACE_AFTER));
        peers.answerWith(views::answer);
        process.startInBackground(() -> lookRound(views, process));
        process.startInBackground(() -> copyOn(views, process));
        MemcachedRepository repository =
                new MemcachedRepository(views, Keys.of("/app", ""), RecordCodec.PLAIN, process, BUDGET, random);
        return new Life(process, views, repository, new HashMap<>());
    }

    private void lookRound(StoreViews views, SimulatedProcess process) {
        while (process.isRunning()) {
            views.tick();
            int rest = views.isUneasy() ? UNEASY : UNEASY + random.nextInt(CALM - UNEASY);
            process.pause(Duration.ofMillis(rest));
        }
    }

    private static void copyOn(StoreViews views, SimulatedProcess process) {
        while (process.isRunning()) {
            views.synchronize();
            process.pause(COPY_PAUSE);
        }
    }

    /** The view it goes by, in words. */
    String view() {
        return life.views().describe();
    }

    String name() {
        return name;
    }

    SimulatedProcess process() {
        return life.process();
    }

    MemcachedRepository repository() {
        return life.repository();
    }

    void kill() {
        life.process().kill();
    }

    /** Starts it again, with nothing in its heap. */
    void restart() {
        life = boot();
    }

    /** What its heap has of a session. */
    @Nullable
    Remembered remembered(SessionId id) {
        return life.heap().get(id);
    }

    /** Keeps what was read or written, unless the heap has something newer by now. */
    void remember(SessionId id, Remembered seen) {
        Remembered before = life.heap().get(id);
        if (before == null
                || SessionRecord.merge(before.record(), seen.record()).equals(seen.record())) {
            life.heap().put(id, seen);
        }
    }

    void forget(SessionId id) {
        life.heap().remove(id);
    }
}
