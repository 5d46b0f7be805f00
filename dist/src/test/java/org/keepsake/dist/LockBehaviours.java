package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** With {@code lockingMode="all"} requests of one session wait for each other, on whichever node they are. */
interface LockBehaviours extends OnAFarm {

    int COUNTS = 50;

    /** The lock's lifetime, {@code --lock-expiration}, and as much again for a busy machine. */
    Duration SOON = Duration.ofSeconds(6);

    @Behaviour(5)
    @Test
    default void fiftyParallelIncrementsOnOneNodeCountToFifty() throws Exception {
        assertCountToFifty(i -> a());
    }

    @Behaviour(5)
    @Test
    default void fiftyParallelIncrementsOnTwoNodesCountToFifty() throws Exception {
        assertCountToFifty(i -> i % 2 == 0 ? a() : b());
    }

    private void assertCountToFifty(IntFunction<Server> node) throws Exception {
        Guest guest = new Guest(Farm.LOCKED);
        guest.at(a(), "set=x:1");
        for (Answer answer : guest.together(COUNTS, node, i -> "increment=n:5")) {
            assertEquals(200, answer.status(), answer::body);
        }
        assertEquals("50", guest.at(a()).attribute("n"));
        assertEquals("50", guest.at(b()).attribute("n"));
    }

    @Behaviour(6)
    @Test
    default void theNextRequestGetsTheLockOfANodeThatWasKilledWithinTheLocksLifetime() throws Exception {
        Guest guest = new Guest(Farm.LOCKED);
        guest.at(a(), "increment=n");
        Guest holder = guest.twin();
        Thread holding = new Thread(() -> {
            try {
                Answer unused = holder.ask(a(), "increment=n:60000");
            } catch (IOException expected) {
                // Its node is killed.
            }
        });
        holding.start();
        Await.until("the lock is taken", SOON, () -> isLocked(guest.twin()));
        a().kill();
        try {
            long begun = System.nanoTime();
            assertEquals("2", guest.at(b(), "increment=n").attribute("n"));
            Duration waited = Duration.ofNanos(System.nanoTime() - begun);
            Figures.say(setup() + ", the lock of a killed node", "taken over after " + waited.toMillis() + " ms");
            assertTrue(waited.compareTo(SOON) < 0, waited::toString);
            assertTrue(
                    b().log().contains("its lock ended by its lifetime, node A did not give it back"), "it is logged");
            assertTrue(counted(b(), "locksAbandoned") > 0, "it is counted");
        } finally {
            holding.join();
            farm().awaitRestarted(a());
        }
    }

    /** Whether a request of this session waits on node B, which is asked no longer then. */
    private boolean isLocked(Guest guest) throws IOException, InterruptedException {
        long before = counted(b(), "lockWaits");
        try (Connection asking = Connection.open(b().address())) {
            String path = Farm.LOCKED + "/steps";
            asking.send("GET %s HTTP/1.1\r\nHost: test\r\nCookie: %s\r\n\r\n"
                    .formatted(path, guest.cookies().header(path)));
            for (int i = 0; i < 20; i++) {
                Thread.sleep(20);
                if (counted(b(), "lockWaits") > before) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What a node counted in all its applications, by its admin port. */
    private static long counted(Server node, String name) throws IOException {
        String statistics =
                Browser.once(node.admin(), "/api/sessions/statistics").body();
        return Pattern.compile('"' + name + "\"\\s*:\\s*([0-9]+)")
                .matcher(statistics)
                .results()
                .mapToLong(number -> Long.parseLong(number.group(1)))
                .sum();
    }
}
