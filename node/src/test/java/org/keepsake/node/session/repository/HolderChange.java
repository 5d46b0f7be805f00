package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * Lets the holders of sessions change while a node does not hear of it: a store comes in, one is taken out, or one comes
 * back whose sessions have got their second copies elsewhere.
 */
final class HolderChange {

    /** Until the place of a store that stays away is taken by another one. */
    private static final Duration REPLACED = Duration.ofSeconds(33);

    /** Until a node that is not heard is given up. */
    private static final Duration EXPELLED = Duration.ofSeconds(3);

    private final Schedule schedule;
    private final Random random;
    private final SimulatedNetwork network;
    private final Faults faults;
    private final StoreInspector inspector;
    private final List<SimulatedStore> stores;
    private final List<SimulatedNode> nodes;
    private final SimulatedNode unheard;
    private final CompletableFuture<Void> near = new CompletableFuture<>();

    HolderChange(
            Schedule schedule,
            Random random,
            SimulatedNetwork network,
            Faults faults,
            StoreInspector inspector,
            List<SimulatedStore> stores,
            List<SimulatedNode> nodes) {
        this.schedule = schedule;
        this.random = random;
        this.network = network;
        this.faults = faults;
        this.inspector = inspector;
        this.stores = stores;
        this.nodes = nodes;
        this.unheard = nodes.get(random.nextInt(nodes.size()));
    }

    /** Completed when it is near. */
    CompletableFuture<Void> near() {
        return near;
    }

    /** The nodes as they are asked most: the one that will not hear of it is asked as often as all others. */
    List<SimulatedNode> crowd() {
        List<SimulatedNode> crowd = new ArrayList<>(nodes);
        while (crowd.size() < 2 * (nodes.size() - 1)) {
            crowd.add(unheard);
        }
        return crowd;
    }

    void happen() {
        Runnable change = prepare();
        switch (random.nextInt(5)) {
            case 0 -> whileFrozen(change);
            case 1, 2 -> whileFrozenBriefly(change);
            default -> whileCut(change);
        }
        nodes.forEach(n -> n.configure(configured()));
    }

    /** It takes no part, and does afterwards what it was about to do. */
    private void whileFrozen(Runnable change) {
        announce();
        unheard.process().freeze();
        pause(4_000);
        change.run();
        pause(4_000);
        unheard.process().thaw();
    }

    /** It promises what is to come, and hears too late that it came. */
    private void whileFrozenBriefly(Runnable change) {
        announce();
        change.run();
        schedule.await(inspector.nextView(), Duration.ofSeconds(3));
        pause(5);
        unheard.process().freeze();
        schedule.pause(Duration.ofMillis(250));
        pause(1_500);
        unheard.process().thaw();
    }

    /** The others go on without it, while it still reaches the stores. */
    private void whileCut(Runnable change) {
        Runnable mend = random.nextInt(3) == 0 ? cutOneWay() : faults.cutFromNodes(unheard);
        schedule.pause(EXPELLED);
        pause(2_000);
        announce();
        change.run();
        pause(6_000);
        mend.run();
    }

    private Runnable cutOneWay() {
        boolean hears = random.nextBoolean();
        for (SimulatedNode other : nodes) {
            if (other != unheard) {
                network.cut(hears ? unheard.name() : other.name(), hears ? other.name() : unheard.name());
            }
        }
        return network::mend;
    }

    private void announce() {
        boolean unused = near.complete(null);
        pause(1_000);
    }

    private void pause(int atMost) {
        schedule.pause(Duration.ofMillis(random.nextInt(atMost)));
    }

    private List<SimulatedStore> configured() {
        return stores.stream().filter(SimulatedStore::isConfigured).toList();
    }

    /** What is to be done when the time has come. */
    private Runnable prepare() {
        SimulatedStore last = stores.get(stores.size() - 1);
        if (!last.isConfigured()) {
            if (random.nextBoolean()) {
                return () -> configured(last, true);
            }
            configured(last, true);
            schedule.pause(REPLACED);
            return () -> configured(last, false);
        }
        SimulatedStore store = stores.get(random.nextInt(stores.size()));
        if (random.nextBoolean()) {
            store.crash();
        } else {
            store.hang();
        }
        schedule.pause(REPLACED);
        return store::recover;
    }

    /** Who is not heard may be told by other ways, or not. */
    private void configured(SimulatedStore store, boolean is) {
        schedule.trace(() -> store.name() + (is ? " comes in" : " goes"));
        store.configured(is);
        nodes.stream().filter(node -> node != unheard || random.nextBoolean()).forEach(n -> n.configure(configured()));
    }
}
