package org.keepsake.dist;

import java.time.Duration;

/** What is done to a running topology under the eyes of its crowd; each returns what the crowd saw. */
final class Faults {

    /** Longer than the three seconds of silence after which a member is given up. */
    private static final Duration FROZEN = Duration.ofSeconds(5);

    private Faults() {}

    static Tally killEachNode(Topology farm) throws Exception {
        try (Crowd crowd = farm.crowd()) {
            crowd.isServedBy("A", "B");
            farm.a().kill();
            crowd.visitsOn();
            farm.a().restart();
            crowd.isSoonServedBy("A");
            farm.b().kill();
            crowd.visitsOn();
            return crowd.leave();
        }
    }

    /** As an operator does it who installs a new version: stop, start, and the next one. */
    static Tally restartEachNode(Topology farm) throws Exception {
        try (Crowd crowd = farm.crowd()) {
            crowd.isServedBy("A", "B");
            farm.a().stop();
            farm.a().restart();
            crowd.isSoonServedBy("A");
            farm.b().stop();
            farm.b().restart();
            crowd.isSoonServedBy("B");
            return crowd.leave();
        }
    }

    static Tally killStore(Topology farm, Server victim) throws Exception {
        try (Crowd crowd = farm.crowd()) {
            crowd.isServedBy("A", "B");
            victim.kill();
            crowd.visitsOn();
            crowd.isServedBy("A", "B");
            return crowd.leave();
        }
    }

    static Tally freezeEachNode(Topology farm) throws Exception {
        try (Crowd crowd = farm.crowd()) {
            crowd.isServedBy("A", "B");
            freeze(farm.a());
            crowd.visitsOn();
            crowd.isSoonServedBy("A");
            freeze(farm.b());
            crowd.visitsOn();
            crowd.isSoonServedBy("B");
            return crowd.leave();
        }
    }

    static Tally freezeStore(Topology farm, Server victim) throws Exception {
        try (Crowd crowd = farm.crowd()) {
            crowd.isServedBy("A", "B");
            freeze(victim);
            crowd.visitsOn();
            crowd.isServedBy("A", "B");
            return crowd.leave();
        }
    }

    /** What is to be seen on the new node, while the others visit. */
    interface Inspection {
        void of(Server node) throws Exception;
    }

    static Tally addNode(Topology farm, Inspection inspection) throws Exception {
        try (Crowd crowd = farm.crowd()) {
            crowd.isServedBy("A", "B");
            Server c = farm.node("C");
            try {
                crowd.isSoonServedBy("C");
                crowd.strolls(() -> inspection.of(c));
                crowd.visitsOn();
                return crowd.leave();
            } finally {
                c.stop();
            }
        }
    }

    private static void freeze(Server victim) throws InterruptedException {
        victim.freeze();
        Thread.sleep(FROZEN.toMillis());
        victim.thaw();
    }
}
