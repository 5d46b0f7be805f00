package org.keepsake.dist;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The same faults with two real memcached processes in place of our stores. */
class MemcachedFailOverIT {

    @BeforeAll
    static void needsMemcached() {
        Needs.program("memcached", "the Debian package memcached");
    }

    @Test
    void losesNothingWhenEachNodeIsKilledInTurn(TestInfo test) throws Exception {
        try (Site site = Site.open(test)) {
            Topology farm = Topology.withMemcached(site);
            Faults.killEachNode(farm).assertNothingLost("nodes A and B killed in turn, over memcached");
        }
    }

    @Test
    void losesNothingWhenTheHomeOfEverySessionIsKilled(TestInfo test) throws Exception {
        try (Site site = Site.open(test)) {
            Topology farm = Topology.withMemcached(site);
            Faults.killStore(farm, farm.m2()).assertNothingLost("memcached m2, the home of every session, killed");
        }
    }

    @Test
    void losesNothingWhenTheFailoverStoreIsKilled(TestInfo test) throws Exception {
        try (Site site = Site.open(test)) {
            Topology farm = Topology.withMemcached(site);
            Faults.killStore(farm, farm.m1()).assertNothingLost("memcached m1, the failover store, killed");
        }
    }
}
