package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Fifty users count their visits while processes are killed and frozen: nobody notices. */
class FailOverIT {

    @Test
    void losesNothingWhenEachNodeIsKilledInTurn(TestInfo test) throws Exception {
        try (Site site = Site.open(test)) {
            Topology farm = Topology.withStores(site);
            Faults.killEachNode(farm).assertNothingLost("nodes A and B killed in turn");
        }
    }

    @Test
    void losesNothingWhenTheNodesAreRestartedOneAfterTheOther(TestInfo test) throws Exception {
        try (Site site = Site.open(test)) {
            Topology farm = Topology.withStores(site);
            Faults.restartEachNode(farm).assertNothingLost("nodes A and B restarted in turn");
            assertTrue(farm.a().log().contains("INFO stopped"), "node A logs that it stopped");
        }
    }

    @Test
    void losesNothingWhenAStoreIsKilled(TestInfo test) throws Exception {
        try (Site site = Site.open(test)) {
            Topology farm = Topology.withStores(site);
            Faults.killStore(farm, farm.m1()).assertNothingLost("store m1 killed");
        }
    }

    @Test
    void losesNothingWhenEachNodeIsFrozenInTurn(TestInfo test) throws Exception {
        try (Site site = Site.open(test)) {
            Topology farm = Topology.withStores(site);
            Faults.freezeEachNode(farm).assertNothingLost("nodes A and B frozen in turn for 5 s");
        }
    }

    @Test
    void losesNothingWhenAStoreIsFrozen(TestInfo test) throws Exception {
        try (Site site = Site.open(test)) {
            Topology farm = Topology.withStores(site);
            Faults.freezeStore(farm, farm.m1()).assertNothingLost("store m1 frozen for 5 s");
        }
    }
}
