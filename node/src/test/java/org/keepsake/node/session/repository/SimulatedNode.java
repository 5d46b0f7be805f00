package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.settings.LockSettings;
import org.keepsake.node.session.settings.LockingMode;
import org.keepsake.node.session.view.Peers;
import org.keepsake.node.session.view.StoreViews;
import org.keepsake.node.session.view.ViewSettings;
import org.keepsake.node.store.ListedKey;

/**
 * A node of the cluster: the real repository and the real view of the stores, in a process that can be frozen, killed and
 * started again.
 */
final class SimulatedNode {

    private static final Duration BUDGET = Duration.ofSeconds(5);
    private static final Duration REPLACE_AFTER = Duration.ofSeconds(30);
    private static final Duration COPY_PAUSE = Duration.ofMillis(100);
    private static final Duration LOCK_RENEWAL = Duration.ofMillis(300);
    private static final LockSettings LOCKING =
            new LockSettings(new LockingMode.All(), Duration.ofSeconds(5), LockSettings.TimeoutAction.FAIL);
    private static final int UNEASY = 50;
    private static final int CALM = 500;

    private final String name;
    private final Schedule schedule;
    private final Random random;
    private final SimulatedCluster cluster;
    private final Duration clockError;

    /** What it is started with. */
    private List<SimulatedStore> stores;

    /** Of which sessions the heap copy is put into stores that lost everything. */
    private Predicate<SessionId> servedHereLast = id -> false;

    private int boots;
    private Life life;

    /** What ends with the process. */
    private record Life(
            SimulatedProcess process,
            Ring ring,
            StoreViews views,
            StoreRepository repository,
            SessionLocks locks,
            Map<SessionId, Held> heap) {}

    /** The stores a process goes by; it keeps its connections to those it knew before. */
    private static final class Ring {
        private final SimulatedProcess process;
        private final Map<SimulatedStore, MemcachedConnection> connections = new HashMap<>();
        private List<MemcachedConnection> stores = List.of();

        Ring(SimulatedProcess process) {
            this.process = process;
        }

        void tell(List<SimulatedStore> names) {
            stores = names.stream()
                    .map(store -> connections.computeIfAbsent(store, s -> s.connect(process)))
                    .toList();
        }
    }

    /** A session in the heap, and what the stores were last seen to hold. */
    private record Held(SessionRecord record, Remembered remembered) {}

    /** @param clockError how wrong its clock of the day is */
    SimulatedNode(
            String name,
            Schedule schedule,
            Random random,
            List<SimulatedStore> stores,
            SimulatedCluster cluster,
            Duration clockError) {
        this.name = name;
        this.schedule = schedule;
        this.random = random;
        this.stores = stores;
        this.cluster = cluster;
        this.clockError = clockError;
        this.life = boot();
    }

    private Life boot() {
        boots++;
        SimulatedProcess process = schedule.process(name);
        process.clockError(clockError);
        Ring ring = new Ring(process);
        ring.tell(stores);
        Peers peers = cluster.join(process);
        StoreViews views = new StoreViews(
                () -> ring.stores,
                peers,
                process,
                random,
                RecordCodec.PLAIN,
                new ViewSettings(name + "_" + boots, REPLACE_AFTER));
        peers.answerWith(views::answer);
        process.startInBackground(() -> lookRound(views, process));
        process.startInBackground(() -> copyOn(views, process));
        StoreRepository repository =
                new StoreRepository(views, Keys.of("/app", ""), RecordCodec.PLAIN, process, BUDGET, random);
        Map<SessionId, Held> heap = new TreeMap<>(Comparator.comparing(SessionId::toString));
        views.recoverWith(() -> pushHeap(repository, heap));
        views.listWith(() -> keys(repository, heap));
        SessionLocks locks = repository.locks(name, LOCKING).orElseThrow();
        process.startInBackground(() -> renewLocks(locks, process));
        return new Life(process, ring, views, repository, locks, heap);
    }

    private void pushHeap(StoreRepository repository, Map<SessionId, Held> heap) {
        for (SessionId id : List.copyOf(heap.keySet())) {
            Held held = heap.get(id);
            if (held != null && servedHereLast.test(id)) {
                repository.recover(id, held.record());
            }
        }
    }

    private static List<ListedKey> keys(StoreRepository repository, Map<SessionId, Held> heap) {
        return heap.entrySet().stream()
                .flatMap(held ->
                        repository.keys(held.getKey(), held.getValue().record().maxInactive()).stream())
                .toList();
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

    private static void renewLocks(SessionLocks locks, SimulatedProcess process) {
        while (process.isRunning()) {
            locks.renew();
            process.pause(LOCK_RENEWAL);
        }
    }

    /** Tells it by which stores to go from now on, or as soon as it hears anything again. */
    void configure(List<SimulatedStore> all) {
        stores = all;
        Ring ring = life.ring();
        life.process().after(random.nextInt(300), () -> ring.tell(all));
    }

    SessionLocks locks() {
        return life.locks();
    }

    /** The view it goes by, in words. */
    String view() {
        return life.views().describe();
    }

    void recovers(Predicate<SessionId> which) {
        servedHereLast = which;
    }

    String name() {
        return name;
    }

    SimulatedProcess process() {
        return life.process();
    }

    StoreRepository repository() {
        return life.repository();
    }

    void kill() {
        life.process().kill();
    }

    /** Starts it again, with nothing in its heap. */
    void restart() {
        life = boot();
    }

    /** What the stores were last seen to hold of a session. */
    @Nullable
    Remembered remembered(SessionId id) {
        Held held = life.heap().get(id);
        return held == null ? null : held.remembered();
    }

    /** What its heap has of a session. */
    Optional<SessionRecord> held(SessionId id) {
        return Optional.ofNullable(life.heap().get(id)).map(Held::record);
    }

    /** Takes over what was read or written, as the real heap does. */
    void remember(SessionId id, Remembered seen) {
        Held before = life.heap().get(id);
        if (before == null) {
            life.heap().put(id, new Held(seen.record(), seen));
            return;
        }
        SessionRecord merged = SessionRecord.merge(before.record(), seen.record());
        life.heap().put(id, new Held(merged, merged.equals(seen.record()) ? seen : before.remembered()));
    }

    void forget(SessionId id) {
        life.heap().remove(id);
    }
}
