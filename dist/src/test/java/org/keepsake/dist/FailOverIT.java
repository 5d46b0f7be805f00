package org.keepsake.dist;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fifty users count their visits while processes are killed, frozen, restarted and added: nobody notices. With {@code
 * -Dkeepsake.long=true} two hundred in every set-up, and with 10,000 sessions for a node that comes in.
 */
@Alone
@ParameterizedClass
@MethodSource("setups")
record FailOverIT(Setup setup) {

    private static final int SESSIONS = Scale.of(300, 10_000);

    private static @Nullable Topology running;

    static Stream<Setup> setups() {
        return Setup.orAll(Setup.OUR_STORES, Setup.MEMCACHED_STICKY, Setup.DELTA, Setup.BACKUP);
    }

    @BeforeParameterizedClassInvocation
    static void start(Setup setup) throws Exception {
        setup.need();
        running = Topology.open("FailOverIT", setup);
    }

    @AfterParameterizedClassInvocation
    static void end() {
        if (running != null) {
            running.close();
        }
    }

    private static Topology farm() {
        return requireNonNull(running);
    }

    @Behaviour(1)
    @Test
    void losesNothingWhenEachNodeIsKilledInTurn() throws Exception {
        Tally tally = Faults.killEachNode(farm());
        farm().b().restart();
        tally.assertNothingLost(setup + ", nodes A and B killed in turn");
    }

    @Behaviour(12)
    @Test
    void losesNothingWhenTheNodesAreRestartedOneAfterTheOther() throws Exception {
        Faults.restartEachNode(farm()).assertNothingLost(setup + ", nodes A and B restarted in turn");
        assertTrue(farm().a().log().contains("INFO stopped"), "node A logs that it stopped");
    }

    @Behaviour(13)
    @Test
    void losesNothingWhenEachStoreIsKilledInTurn() throws Exception {
        Needs.need(setup.hasStores(), setup + " has no stores");
        int view = farm().awaitWhole(0);
        for (Server store : List.of(farm().m2(), farm().m1())) {
            Tally tally = Faults.killStore(farm(), store);
            store.restart();
            view = farm().awaitWhole(view);
            tally.assertNothingLost(setup + ", store " + store.program().name() + " killed");
        }
    }

    @Behaviour(1)
    @Test
    void losesNothingWhenEachNodeIsFrozenInTurn() throws Exception {
        Faults.freezeEachNode(farm()).assertNothingLost(setup + ", nodes A and B frozen in turn for 5 s");
    }

    @Behaviour(13)
    @Test
    void losesNothingWhenAStoreIsFrozen() throws Exception {
        Needs.need(setup.hasStores(), setup + " has no stores");
        int view = farm().awaitWhole(0);
        Tally tally = Faults.freezeStore(farm(), farm().m1());
        int unused = farm().awaitWhole(view);
        tally.assertNothingLost(setup + ", store m1 frozen for 5 s");
    }

    @Behaviour(14)
    @Test
    void losesNothingWhenAThirdNodeComesIn() throws Exception {
        List<Regular> regulars = Regular.enter(farm().balancer(), SESSIONS);
        Tally tally = Faults.addNode(farm(), c -> {
            for (Regular regular : regulars) {
                regular.assertKnown(c);
            }
        });
        tally.assertNothingLost(setup + ", a third node came in with " + SESSIONS + " sessions");
    }
}
