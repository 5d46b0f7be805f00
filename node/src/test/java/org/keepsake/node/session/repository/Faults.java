package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Makes stores, nodes and networks fail, and mends them. */
final class Faults {

    /** What may happen. */
    enum Kind {
        /** A store dies and is back, empty, perhaps before anybody noticed. */
        RESTART,
        /** A store dies and comes back empty. */
        CRASH,
        /** A store's machine dies, so that nobody is told, and it comes back empty. */
        POWER_LOSS,
        /** All stores die and come back empty, one after the other. */
        CRASH_ALL,
        /** A store dies and comes back with what it had some time ago. */
        SNAPSHOT,
        /** A store stands still and then does what it was told meanwhile. */
        HANG,
        /** A store loses and delays what it is told, and its answers. */
        FLAKY,
        /** A store drops a session for want of memory. */
        FORGET_RECORD,
        /** A store drops what tells its incarnation. */
        FORGET_MARK,
        /** A store drops the view. */
        FORGET_VIEW,
        /** A store is told to drop everything. */
        FLUSH,
        /** A node stands still. */
        FREEZE,
        /** A node dies and is started again. */
        KILL,
        /** A node and a store do not hear each other, or only one the other. */
        CUT_ONE_FROM_STORE,
        /** Some nodes and a store do not hear each other. */
        CUT_SOME_FROM_STORE,
        /** Each of two nodes reaches a store that the other one does not. */
        CUT_CROSSWISE,
        /** A node does not hear the other nodes. */
        CUT_FROM_NODES,
        /** A node hears neither the other nodes nor one of the stores. */
        ISOLATE
    }

    private final Schedule schedule;
    private final Random random;
    private final SimulatedNetwork network;
    private final List<SimulatedStore> stores;
    private final List<SimulatedNode> nodes;

    Faults(
            Schedule schedule,
            Random random,
            SimulatedNetwork network,
            List<SimulatedStore> stores,
            List<SimulatedNode> nodes) {
        this.schedule = schedule;
        this.random = random;
        this.network = network;
        this.stores = stores;
        this.nodes = nodes;
    }

    /** Lets it happen; the result ends it. */
    Runnable inflict(Kind kind) {
        SimulatedStore store = anyOf(stores);
        SimulatedNode node = anyOf(nodes);
        schedule.trace(() -> "FAULT " + kind + " of " + store.name() + " or " + node.name());
        return switch (kind) {
            case RESTART -> restart(store);
            case CRASH -> crash(store);
            case POWER_LOSS -> losePower(store);
            case CRASH_ALL -> crashAll();
            case SNAPSHOT -> snapshot(store);
            case HANG -> hang(store);
            case FLAKY -> flaky(store);
            case FORGET_RECORD -> forget(store, "s:");
            case FORGET_MARK -> forget(store, "i");
            case FORGET_VIEW -> forget(store, "v");
            case FLUSH -> flush(store);
            case FREEZE -> freeze(node);
            case KILL -> kill(node);
            case CUT_ONE_FROM_STORE -> cut(List.of(node), store);
            case CUT_SOME_FROM_STORE ->
                cut(nodes.stream().filter(n -> random.nextBoolean()).toList(), store);
            case CUT_CROSSWISE -> cutCrosswise(node, store);
            case CUT_FROM_NODES -> cutFromNodes(node);
            case ISOLATE -> isolate(node, store);
        };
    }

    private <T> T anyOf(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    private Runnable restart(SimulatedStore store) {
        store.crash();
        schedule.pause(Duration.ofMillis(random.nextInt(100)));
        store.recover();
        return () -> {};
    }

    private static Runnable crash(SimulatedStore store) {
        store.crash();
        return store::recover;
    }

    private static Runnable losePower(SimulatedStore store) {
        store.crashUnheard();
        return store::recover;
    }

    private Runnable crashAll() {
        for (SimulatedStore store : stores) {
            store.crash();
            schedule.pause(Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(1_000) : 0));
        }
        return () -> {
            for (SimulatedStore store : stores) {
                store.recover();
                schedule.pause(Duration.ofMillis(random.nextInt(500)));
            }
        };
    }

    private Runnable snapshot(SimulatedStore store) {
        store.takeSnapshot();
        schedule.pause(Duration.ofMillis(random.nextInt(2_000)));
        store.crashToSnapshot();
        return store::recover;
    }

    private static Runnable hang(SimulatedStore store) {
        store.hang();
        return store::recover;
    }

    private static Runnable flaky(SimulatedStore store) {
        store.flaky(0.3);
        return store::recover;
    }

    private static Runnable forget(SimulatedStore store, String prefix) {
        store.keys().stream().filter(key -> key.startsWith(prefix)).toList().forEach(store::evict);
        return () -> {};
    }

    private static Runnable flush(SimulatedStore store) {
        store.flushAll();
        return () -> {};
    }

    /** A node freezes, dies or hears the others no more. */
    Runnable loseNode() {
        SimulatedNode node = anyOf(nodes);
        schedule.trace(() -> "FAULT of " + node.name());
        return switch (random.nextInt(3)) {
            case 0 -> freeze(node);
            case 1 -> kill(node);
            default -> cutFromNodes(node);
        };
    }

    private static Runnable freeze(SimulatedNode node) {
        node.process().freeze();
        return node.process()::thaw;
    }

    private static Runnable kill(SimulatedNode node) {
        node.kill();
        return node::restart;
    }

    private Runnable cut(List<SimulatedNode> some, SimulatedStore store) {
        int way = random.nextInt(3);
        for (SimulatedNode node : some) {
            if (way != 0) {
                network.cut(node.name(), store.name());
            }
            if (way != 1) {
                network.cut(store.name(), node.name());
            }
        }
        return network::mend;
    }

    private Runnable cutCrosswise(SimulatedNode node, SimulatedStore store) {
        SimulatedNode otherNode = nodes.get((nodes.indexOf(node) + 1) % nodes.size());
        SimulatedStore otherStore = stores.get((stores.indexOf(store) + 1) % stores.size());
        network.cutBothWays(node.name(), store.name());
        network.cutBothWays(otherNode.name(), otherStore.name());
        return network::mend;
    }

    Runnable cutFromNodes(SimulatedNode node) {
        for (SimulatedNode other : nodes) {
            if (other != node) {
                network.cutBothWays(node.name(), other.name());
            }
        }
        return network::mend;
    }

    private Runnable isolate(SimulatedNode node, SimulatedStore store) {
        network.cutBothWays(node.name(), store.name());
        return cutFromNodes(node);
    }
}
