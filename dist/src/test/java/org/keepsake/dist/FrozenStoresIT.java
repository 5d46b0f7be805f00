package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Both stores freeze under load: requests are refused, nothing piles up in the nodes, and all goes on when the stores do.
 * With {@code -Dkeepsake.long=true} there are 10,000 sessions of 2 kB, and the stores are frozen for 30 s.
 */
@Alone
class FrozenStoresIT {

    private static final int SESSIONS = Scale.of(1_000, 10_000);
    private static final Duration FROZEN = Duration.ofSeconds(Scale.of(8, 30));
    private static final Duration RECOVERY = Duration.ofSeconds(Scale.of(5, 2));

    /** What may wait for each of the two stores, 16 MiB as one is allowed to hold back, and as much for the requests. */
    private static final long GROWTH = 64L * 1024 * 1024;

    private static final int USERS = 50;

    @Behaviour(13)
    @Test
    void theNodesStaySmallWhileBothStoresAreFrozenAndServeWhenTheyAreNot() throws Exception {
        try (Farm farm = Farm.open("FrozenStoresIT", Setup.OUR_STORES)) {
            List<Guest> guests = fill(farm);
            Server balancer = farm.balancer();
            long before = Heap.used(farm.a());
            long idle = threads(farm.a());
            double recovered;
            long during;
            long waiting;
            try (CountingCrowd crowd = CountingCrowd.enter(balancer.address(), USERS, 10)) {
                crowd.countsOn(10);
                freeze(farm);
                during = Heap.used(farm.a());
                waiting = threads(farm.a()) - idle;
                recovered = thaw(farm, guests.get(0));
                crowd.countsOn(10);
                crowd.leave();
            }
            Figures.say(
                    String.format(
                            Locale.ROOT,
                            "%,d sessions of 2 kB, both stores frozen for %d s under load",
                            SESSIONS,
                            FROZEN.toSeconds()),
                    String.format(
                            Locale.ROOT,
                            "heap %.1f MiB before, %.1f MiB then, %d more threads, served again after %.1f s",
                            mib(before),
                            mib(during),
                            waiting,
                            recovered));
            assertTrue(during - before < GROWTH, () -> "the heap grew by " + mib(during - before) + " MiB");
            assertTrue(waiting <= 2 * USERS, () -> waiting + " more threads for " + 2 * USERS + " requests that wait");
            assertTrue(recovered < RECOVERY.toMillis() / 1e3, () -> "served again after " + recovered + " s");
            for (Guest guest : guests.subList(0, 100)) {
                assertEquals("1", guest.at(farm.b()).attribute("x"));
            }
        }
    }

    private static List<Guest> fill(Farm farm) throws IOException {
        List<Guest> guests = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            Guest guest = new Guest();
            guest.at(farm.a(), "set=x:1", "fill=big:2000");
            guests.add(guest);
        }
        return guests;
    }

    private static void freeze(Farm farm) throws InterruptedException {
        farm.m1().freeze();
        farm.m2().freeze();
        Thread.sleep(FROZEN.toMillis());
    }

    /** Returns after how many seconds a session is served again. */
    private static double thaw(Farm farm, Guest guest) throws InterruptedException {
        long begun = System.nanoTime();
        farm.m1().thaw();
        farm.m2().thaw();
        Await.until(
                "sessions are served again",
                OnAFarm.PATIENCE,
                () -> guest.ask(farm.a(), "set=y:1").status() == 200);
        return (System.nanoTime() - begun) / 1e9;
    }

    private static long threads(Server node) throws IOException {
        String status = Files.readString(Path.of("/proc/" + node.program().pid() + "/status"));
        return Long.parseLong(status.replaceAll("(?s).*Threads:\\s*([0-9]+).*", "$1"));
    }

    private static double mib(long bytes) {
        return bytes / 1024.0 / 1024.0;
    }
}
