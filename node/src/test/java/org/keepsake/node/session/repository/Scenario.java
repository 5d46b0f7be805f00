package org.keepsake.node.session.repository;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.keepsake.node.session.repository.Faults.Kind;

/**
 * What a class of simulations has in common; the seed decides the rest.
 *
 * @param stores names of the stores in ring order, those with a star failover stores
 * @param faults what may happen
 * @param mostFaults how often, one after the other, each when everything is well again
 * @param longestFault in milliseconds
 * @param withNodeFault whether a node freezes or dies while a store is at fault
 * @param ends whether the sessions are ended while they are used
 */
record Scenario(
        String name,
        List<String> stores,
        int nodes,
        int sessions,
        Set<Kind> faults,
        int mostFaults,
        int longestFault,
        boolean withNodeFault,
        boolean ends) {

    private static final Set<Kind> OF_STORES = EnumSet.of(
            Kind.RESTART,
            Kind.CRASH,
            Kind.SNAPSHOT,
            Kind.HANG,
            Kind.FLAKY,
            Kind.FORGET_RECORD,
            Kind.FORGET_MARK,
            Kind.FORGET_VIEW,
            Kind.FLUSH);

    private static final Set<Kind> OF_NODES = EnumSet.of(Kind.FREEZE, Kind.KILL);

    private static final Set<Kind> OF_NETWORKS =
            EnumSet.of(Kind.CUT_ONE_FROM_STORE, Kind.CUT_SOME_FROM_STORE, Kind.CUT_FROM_NODES, Kind.ISOLATE);

    /** All kinds that are run. */
    static List<Scenario> all() {
        return List.of(
                of("one store of two at fault", OF_STORES),
                of("sessions end while a store is at fault", OF_STORES).ending(),
                of("nodes freeze or die", OF_NODES),
                of("networks are cut", OF_NETWORKS),
                of("anything happens", all(OF_STORES, OF_NODES, OF_NETWORKS)),
                of("sessions end while anything happens", all(OF_STORES, OF_NODES, OF_NETWORKS))
                        .ending(),
                of("a node freezes or dies while a store is at fault", OF_STORES)
                        .withNodeFaults(),
                of("every store is restarted in turn", EnumSet.of(Kind.RESTART, Kind.CRASH))
                        .times(5),
                of("three stores", all(OF_STORES, OF_NODES, OF_NETWORKS)).over(List.of("m1", "m2", "m3")),
                of("a store of four stays away", EnumSet.of(Kind.CRASH, Kind.HANG))
                        .over(List.of("m1", "m2", "m3", "m4*"))
                        .lasting(60_000),
                of("one store", EnumSet.of(Kind.HANG, Kind.FLAKY, Kind.CUT_ONE_FROM_STORE))
                        .over(List.of("m1")));
    }

    private static Set<Kind> all(Set<Kind> a, Set<Kind> b, Set<Kind> c) {
        Set<Kind> all = EnumSet.copyOf(a);
        all.addAll(b);
        all.addAll(c);
        return all;
    }

    private static Scenario of(String name, Set<Kind> faults) {
        return new Scenario(name, List.of("m1", "m2"), 3, 1, faults, 3, 3_000, false, false);
    }

    private Scenario ending() {
        return new Scenario(name, stores, nodes, sessions, faults, mostFaults, longestFault, withNodeFault, true);
    }

    private Scenario withNodeFaults() {
        return new Scenario(name, stores, nodes, sessions, faults, mostFaults, longestFault, true, ends);
    }

    private Scenario times(int faultsAtMost) {
        return new Scenario(name, stores, nodes, sessions, faults, faultsAtMost, longestFault, withNodeFault, ends);
    }

    private Scenario lasting(int millis) {
        return new Scenario(name, stores, nodes, sessions, faults, mostFaults, millis, withNodeFault, ends);
    }

    private Scenario over(List<String> others) {
        return new Scenario(name, others, nodes, 2, faults, mostFaults, longestFault, withNodeFault, ends);
    }

    @Override
    public String toString() {
        return name;
    }
}
