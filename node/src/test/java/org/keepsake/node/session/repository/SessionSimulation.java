package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.keepsake.node.session.record.MalformedRecord;
import org.keepsake.node.session.record.NewerRecord;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.repository.Scenario.Trait;

/**
 * Nodes, stores and clients in one schedule. Requests read, think, write an attribute of their own and count one up,
 * while something fails. What was promised is checked at every read and at the end.
 */
final class SessionSimulation {

    private static final int CLIENTS = 3;
    private static final int REQUESTS = 5;

    /** Of virtual time; within it everything is well again once the last fault was mended. */
    private static final Duration RECOVERY = Duration.ofSeconds(40);

    /** More than stores that cannot be listed need to be believed again. */
    private static final Duration UNLISTED = Duration.ofSeconds(200);

    private final Scenario scenario;
    private final Random random;
    private final Schedule schedule;
    private final SimulatedNetwork network;
    private final SimulatedCluster cluster;
    private final List<SimulatedStore> stores = new ArrayList<>();
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<SimulatedSession> sessions = new ArrayList<>();
    private final StoreInspector inspector;
    private final SimulatedClient.Tally tally = new SimulatedClient.Tally();
    private final boolean sticky;

    SessionSimulation(Scenario scenario, long seed) {
        this.scenario = scenario;
        // Neighbouring seeds make a Random begin alike.
        this.random = new Random(new SplittableRandom(seed).nextLong());
        this.schedule = new Schedule(random);
        this.network = new SimulatedNetwork(schedule, random);
        this.cluster = new SimulatedCluster(schedule, random, network);
        this.sticky = scenario.has(Trait.STICKY)
                || (!scenario.has(Trait.ENDS)
                        && !scenario.has(Trait.MOVES)
                        && !scenario.has(Trait.LOCKS)
                        && !scenario.has(Trait.HOLDERS_CHANGE)
                        && !scenario.expires()
                        && random.nextInt(3) == 0);
        boolean tellsCas = random.nextBoolean();
        boolean readsOneByOne = random.nextBoolean();
        double blinks = random.nextBoolean() ? 0.03 : 0;
        int pace = random.nextBoolean() ? 10 : 300;
        for (String name : scenario.stores()) {
            SimulatedStore store =
                    new SimulatedStore(name.replaceAll("[*+]", ""), name.endsWith("*"), schedule, random, network);
            store.configured(!name.endsWith("+"));
            store.tellsCas(tellsCas);
            store.readsOneByOne(readsOneByOne);
            store.blinks(blinks);
            store.listsWithin(scenario.has(Trait.HOLDERS_CHANGE) ? 10 : pace);
            store.lists(!scenario.has(Trait.UNLISTED));
            store.clockError(clockError());
            stores.add(store);
        }
        this.inspector = new StoreInspector(schedule, stores, sessions);
        for (int i = 0; i < Scenario.NODES; i++) {
            nodes.add(new SimulatedNode("n" + (i + 1), schedule, random, configured(), cluster, clockError()));
        }
        nodes.forEach(node -> node.recovers(id -> isRoute(node, id)));
        cluster.formAtOnce();
    }

    private List<SimulatedStore> configured() {
        return stores.stream().filter(SimulatedStore::isConfigured).toList();
    }

    private Duration clockError() {
        return Duration.ofSeconds(scenario.has(Trait.CLOCKS) ? random.nextInt(1_200) - 600 : 0);
    }

    /** Plays it and returns what happened. */
    SimulatedClient.Tally run() {
        try {
            schedule.start(this::begin);
            schedule.run();
            if (scenario.has(Trait.HOLDERS_CHANGE)) {
                changeHolders();
            } else {
                schedule.start(this::faults);
                use(nodes, schedule::start);
            }
            schedule.run();
            schedule.start(this::check);
            schedule.run();
            return tally;
        } finally {
            schedule.close();
        }
    }

    private void changeHolders() {
        Faults faults = new Faults(schedule, random, network, stores, nodes);
        HolderChange change = new HolderChange(schedule, random, network, faults, inspector, stores, nodes);
        schedule.start(() -> {
            change.happen();
            settle();
        });
        use(
                change.crowd(),
                client -> schedule.start(() -> {
                    schedule.await(change.near());
                    client.run();
                }));
    }

    /** Lets clients use the sessions on these nodes. */
    private void use(List<SimulatedNode> asked, Consumer<Runnable> starter) {
        for (SimulatedSession session : sessions) {
            // The cookie of one sticky session says who served it last.
            int clients = sticky ? 1 : CLIENTS;
            for (int i = 0; i < clients; i++) {
                SimulatedClient client = client(session, asked);
                starter.accept(() -> client.use(CLIENTS * REQUESTS / clients));
                if (scenario.has(Trait.MOVES) && i == 0) {
                    starter.accept(client::move);
                }
                if (scenario.has(Trait.ENDS) && i != 0) {
                    starter.accept(client::end);
                }
            }
        }
    }

    long fingerprint() {
        return schedule.fingerprint();
    }

    private SimulatedClient client(SimulatedSession session) {
        return client(session, nodes);
    }

    private SimulatedClient client(SimulatedSession session, List<SimulatedNode> asked) {
        return new SimulatedClient(schedule, random, asked, inspector, session, scenario, sticky, tally);
    }

    private boolean isRoute(SimulatedNode node, SessionId id) {
        return sticky
                && sessions.stream()
                        .anyMatch(session ->
                                session.id().equals(id) && session.route().equals(node.name()));
    }

    private <T> T anyOf(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    private void begin() {
        settle();
        int sessionsWanted = stores.size() == 2 ? 1 : 2;
        for (int i = 0; i < sessionsWanted; i++) {
            SimulatedNode node = anyOf(nodes);
            node.process().start(() -> {
                SessionId id = node.repository().newId();
                SessionRecord created = SimulatedSession.created(id, schedule.millis(), scenario.maxInactive());
                node.remember(id, node.repository().create(id, created));
                SimulatedSession session = new SimulatedSession(id, scenario, schedule.millis());
                session.route(node.name());
                sessions.add(session);
            });
        }
    }

    /** One after the other, each when everything is well again. */
    private void faults() {
        Faults faults = new Faults(schedule, random, network, stores, nodes);
        List<Faults.Kind> kinds = List.copyOf(scenario.faults());
        List<Faults.Kind> inOrder = kinds.stream().sorted().toList();
        for (int n = 1 + random.nextInt(scenario.mostFaults()); n > 0; n--) {
            schedule.pause(Duration.ofMillis(random.nextInt(1_500)));
            Faults.Kind kind = anyOf(inOrder);
            Runnable mend = faults.inflict(kind);
            if (scenario.has(Trait.TWO_FAULTS)) {
                schedule.pause(Duration.ofMillis(random.nextInt(1_500)));
                Runnable first = mend;
                Runnable second = faults.inflict(anyOf(inOrder));
                mend = () -> {
                    first.run();
                    schedule.pause(Duration.ofMillis(random.nextInt(1_500)));
                    second.run();
                };
            }
            if (scenario.has(Trait.NODE_FAULT_TOO)) {
                schedule.pause(Duration.ofMillis(random.nextInt(1_500)));
                Runnable store = mend;
                Runnable node = faults.loseNode();
                boolean nodeFirst = random.nextBoolean();
                mend = () -> {
                    (nodeFirst ? node : store).run();
                    schedule.pause(Duration.ofMillis(random.nextInt(6_000)));
                    (nodeFirst ? store : node).run();
                };
            }
            schedule.pause(Duration.ofMillis(1 + random.nextInt(scenario.longestFault())));
            schedule.trace(() -> "MENDED");
            mend.run();
            settle();
            if (kind == Faults.Kind.FORGET_RECORD) {
                // No node is told of it; the next reading finds it out.
                sessions.forEach(session -> client(session).readEverywhere(RECOVERY));
            }
            schedule.trace(() -> "WELL");
        }
    }

    /** Waits until every node believes in every store again. */
    private void settle() {
        // Until the last question that was left unanswered has timed out, a store may still be declared down.
        schedule.pause(SimulatedStore.OPERATION_TIMEOUT.plusMillis(10));
        long end = schedule.nanos() + RECOVERY.toNanos();
        while (!isWell()) {
            if (schedule.nanos() > end) {
                throw new AssertionError("not well %d s after the last fault: %s"
                        .formatted(
                                RECOVERY.toSeconds(),
                                nodes.stream().map(SimulatedNode::view).toList()));
            }
            schedule.pause(Duration.ofMillis(50));
        }
    }

    private boolean isWell() {
        return cluster.isWhole() && configured().stream().allMatch(SimulatedStore::isUpEverywhere) && isAgreed();
    }

    /** Whether all nodes go by one view, every store has it, and it believes every store as it lives now. */
    private boolean isAgreed() {
        String view = nodes.get(0).view();
        String kept = stores.get(0).view();
        return nodes.stream().allMatch(node -> node.view().equals(view))
                && configured().stream().allMatch(store -> store.view().equals(kept))
                && stores.stream().allMatch(store -> isWell(store, kept))
                && !view.contains("(");
    }

    /**
     * A store that cannot be filled from another one is not believed again; nothing may depend on it. On one that was
     * taken out no session is placed.
     */
    private boolean isWell(SimulatedStore store, String view) {
        if (!store.isConfigured()) {
            return view.lines().noneMatch(line -> line.startsWith(store.name() + " ") && !line.endsWith(" -"));
        }
        return view.contains(store.name() + " CLEAN " + store.life() + " ")
                || (scenario.has(Trait.UNLISTED) && view.contains(store.name() + " SYNCING " + store.life() + " "));
    }

    private void check() {
        settle();
        for (SimulatedSession session : sessions) {
            inspector.check(session);
            if (scenario.has(Trait.UNLISTED)) {
                client(session).readEverywhere(RECOVERY);
                if (random.nextInt(4) == 0) {
                    outlive(session);
                }
                continue;
            }
            List<SessionRecord> unused = checkCopies(session);
            client(session).readEverywhere(RECOVERY);
            tally.losses += session.losses();
            if (!scenario.expires()) {
                checkStores(session);
            }
        }
        if (scenario.expires()) {
            schedule.pause(Duration.ofSeconds(Expiry.of(scenario.maxInactive(), 0) + 10L));
            sessions.forEach(this::checkExpired);
        }
    }

    /** A store that could not be filled is believed in time, and then has all that was used, if only by being read. */
    private void outlive(SimulatedSession session) {
        // Each time it is left out the wait begins anew.
        stores.forEach(store -> store.blinks(0));
        long end = schedule.nanos() + UNLISTED.toNanos();
        while (!stores.stream().allMatch(store -> isBelieved(store, nodes.get(0).view()))) {
            if (schedule.nanos() > end) {
                throw new AssertionError(
                        "not all stores are believed: " + nodes.get(0).view());
            }
            client(session).keepAlive();
        }
        settle();
        anyOf(stores).crash();
        client(session).readEverywhere(RECOVERY);
        stores.forEach(SimulatedStore::recover);
        settle();
    }

    private static boolean isBelieved(SimulatedStore store, String view) {
        return view.contains(store.name() + " CLEAN");
    }

    /** What is believed has everything, also what nobody has read since. */
    private List<SessionRecord> checkCopies(SimulatedSession session) {
        List<SessionRecord> copies = new ArrayList<>();
        for (SimulatedStore store : inspector.believed(session.id())) {
            String where = "on " + store.name() + " in the end";
            if (store.has(session.id())) {
                SessionRecord copy = decode(session.id(), store.bytes(session.id()));
                copies.add(copy);
                if (!copy.isTombstone()) {
                    session.check(session.promise(), Optional.of(copy), schedule.millis(), where);
                }
            } else {
                session.check(session.promise(), Optional.empty(), schedule.millis(), where);
            }
        }
        return copies;
    }

    /** After a load all holders hold the same, and all that was promised. */
    private void checkStores(SimulatedSession session) {
        List<SessionRecord> copies = checkCopies(session);
        if (copies.size() < Math.min(2, stores.size()) && session.losses() == 0) {
            throw new AssertionError("there are only " + copies.size() + " copies in the end");
        }
        if (copies.stream().distinct().count() > 1) {
            throw new AssertionError("the copies differ in the end: " + copies);
        }
    }

    /** Nobody used it for long enough: a copy that is still there would never go. */
    private void checkExpired(SimulatedSession session) {
        for (SimulatedStore store : stores) {
            if (store.has(session.id())) {
                throw new AssertionError("an expired session is still on " + store.name());
            }
        }
    }

    private static SessionRecord decode(SessionId id, byte[] bytes) {
        try {
            return RecordCodec.PLAIN.decode(id.toString(), bytes);
        } catch (MalformedRecord | NewerRecord e) {
            throw new AssertionError(e);
        }
    }
}
