package org.keepsake.node.session.repository;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.keepsake.node.session.repository.Faults.Kind;

/**
 * What a class of simulations has in common; the seed decides the rest.
 *
 * @param stores names of the stores in ring order, those with a star failover stores; those with a plus come in later
 * @param faults what may happen
 * @param mostFaults how often, one after the other, each when everything is well again
 * @param longestFault in milliseconds
 * @param maxInactive of the sessions, in seconds
 * @param traits what else is special
 */
record Scenario(
        String name,
        List<String> stores,
        Set<Kind> faults,
        int mostFaults,
        int longestFault,
        int maxInactive,
        Set<Trait> traits) {

    /** What a scenario may have beside its faults. */
    enum Trait {
        /** A node freezes or dies while a store is at fault. */
        NODE_FAULT_TOO,
        /** Two things fail at once: writes may be lost, but everything comes to an end and works again. */
        TWO_FAULTS,
        /** The sessions are ended while they are used. */
        ENDS,
        /** The sessions get another id while they are used. */
        MOVES,
        /** Requests that write have the session to themselves. */
        LOCKS,
        /** The sessions are sticky. */
        STICKY,
        /** Requests come about when the stores are given a new view. */
        ALERT,
        /** The clocks of nodes and stores differ by minutes. */
        CLOCKS,
        /** No store lists its keys. */
        UNLISTED,
        /** Instead of the faults, the holders of sessions change while a node does not hear of it. */
        HOLDERS_CHANGE
    }

    static final int NODES = 3;
    private static final int USUAL_MAX_INACTIVE = 1_800;

    private static final Set<Kind> OF_STORES = EnumSet.of(
            Kind.RESTART,
            Kind.CRASH,
            Kind.POWER_LOSS,
            Kind.SNAPSHOT,
            Kind.HANG,
            Kind.FLAKY,
            Kind.FORGET_RECORD,
            Kind.FORGET_MARK,
            Kind.FORGET_VIEW,
            Kind.FLUSH);

    private static final Set<Kind> OF_NODES = EnumSet.of(Kind.FREEZE, Kind.KILL);

    private static final Set<Kind> OF_NETWORKS = EnumSet.of(
            Kind.CUT_ONE_FROM_STORE, Kind.CUT_SOME_FROM_STORE, Kind.CUT_CROSSWISE, Kind.CUT_FROM_NODES, Kind.ISOLATE);

    /** All kinds that are run. */
    static List<Scenario> all() {
        Set<Kind> all = EnumSet.copyOf(OF_STORES);
        all.addAll(OF_NODES);
        all.addAll(OF_NETWORKS);
        return List.of(
                of("one store of two at fault", OF_STORES),
                of("sessions end while a store is at fault", OF_STORES).with(Trait.ENDS),
                of("nodes freeze or die", OF_NODES).lasting(8_000),
                of("networks are cut", OF_NETWORKS).lasting(8_000),
                of("networks are cut, and requests come when the view changes", OF_NETWORKS)
                        .lasting(8_000)
                        .with(Trait.ALERT),
                of("a node and a store are at fault, and requests come when the view changes", OF_STORES)
                        .lasting(6_000)
                        .with(Trait.NODE_FAULT_TOO)
                        .with(Trait.ALERT),
                of("anything happens", all).lasting(6_000),
                of("sessions end while anything happens", all).with(Trait.ENDS),
                of("a node freezes or dies while a store is at fault", OF_STORES)
                        .with(Trait.NODE_FAULT_TOO),
                of("every store is restarted in turn", EnumSet.of(Kind.RESTART, Kind.CRASH))
                        .times(5),
                of("all stores are restarted at once", EnumSet.of(Kind.CRASH_ALL))
                        .with(Trait.STICKY),
                of("sessions expire while anything happens", all).expiringAfter(4),
                of("clocks differ while anything happens", all).with(Trait.CLOCKS),
                of("sessions expire while clocks differ", OF_STORES)
                        .expiringAfter(4)
                        .with(Trait.CLOCKS),
                of("stores that cannot be listed", OF_STORES)
                        .expiringAfter(20)
                        .times(1)
                        .with(Trait.UNLISTED),
                of("ids change while anything happens", all).with(Trait.MOVES),
                of("nodes that have locks freeze or die", OF_NODES)
                        .lasting(12_000)
                        .with(Trait.LOCKS),
                of("locks are lost while a node and a store are at fault", OF_STORES)
                        .lasting(8_000)
                        .with(Trait.NODE_FAULT_TOO)
                        .with(Trait.LOCKS)
                        .with(Trait.ALERT),
                of("three stores", all).over(List.of("m1", "m2", "m3")),
                of("three stores, and requests come when the view changes", all)
                        .over(List.of("m1", "m2", "m3"))
                        .lasting(8_000)
                        .with(Trait.ALERT),
                of("a store of four stays away", EnumSet.of(Kind.CRASH, Kind.HANG))
                        .over(List.of("m1", "m2", "m3", "m4*"))
                        .lasting(60_000),
                of("a store comes in or goes while a node does not hear of it", EnumSet.noneOf(Kind.class))
                        .over(List.of("m1", "m2", "m3+"))
                        .with(Trait.HOLDERS_CHANGE),
                of("a store that was replaced comes back while a node does not hear of it", EnumSet.noneOf(Kind.class))
                        .over(List.of("m1", "m2", "m3"))
                        .with(Trait.HOLDERS_CHANGE),
                of("one store", EnumSet.of(Kind.HANG, Kind.FLAKY, Kind.CUT_ONE_FROM_STORE))
                        .over(List.of("m1")),
                of("two things fail at once", all).with(Trait.TWO_FAULTS));
    }

    private static Scenario of(String name, Set<Kind> faults) {
        return new Scenario(
                name, List.of("m1", "m2"), faults, 3, 3_000, USUAL_MAX_INACTIVE, EnumSet.noneOf(Trait.class));
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** Whether far more time passes in it than in others, so that it takes as much longer to play. */
    boolean isLong() {
        return expires() || longestFault > 30_000;
    }

    boolean expires() {
        return maxInactive < USUAL_MAX_INACTIVE;
    }

    private Scenario with(Trait trait) {
        Set<Trait> more = EnumSet.copyOf(traits);
        more.add(trait);
        return new Scenario(name, stores, faults, mostFaults, longestFault, maxInactive, more);
    }

    private Scenario times(int faultsAtMost) {
        return new Scenario(name, stores, faults, faultsAtMost, longestFault, maxInactive, traits);
    }

    private Scenario lasting(int millis) {
        return new Scenario(name, stores, faults, mostFaults, millis, maxInactive, traits);
    }

    private Scenario over(List<String> others) {
        return new Scenario(name, others, faults, mostFaults, longestFault, maxInactive, traits);
    }

    private Scenario expiringAfter(int seconds) {
        return new Scenario(name, stores, faults, mostFaults, longestFault, seconds, traits);
    }

    @Override
    public String toString() {
        return name;
    }
}
