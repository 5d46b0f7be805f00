package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How sessions begin, change their id and end, in the whole cluster at once. */
interface EndingBehaviours extends OnAFarm {

    String DESTROYED = "destroyed";

    /** After a time-out of two seconds: the stores are told of uses once a second, sweeps come every half. */
    Duration SWEPT = Duration.ofSeconds(10);

    @Behaviour(11)
    @Test
    default void aSessionIsNewOnceAndKeepsItsTimesOnTheOtherNode() throws Exception {
        Guest guest = new Guest();
        long before = System.currentTimeMillis();
        Look first = guest.at(a(), "set=x:1");
        Look second = guest.at(b());
        assertTrue(first.fresh());
        assertFalse(second.fresh());
        assertTrue(first.created() >= before && first.created() <= System.currentTimeMillis());
        assertEquals(first.created(), second.created());
        assertTrue(second.accessed() >= first.created() && second.accessed() <= System.currentTimeMillis());
    }

    /** The stores are told once a second at most, when the time-out is no longer than 20 s. */
    @Behaviour(11)
    @Test
    default void aUseOnOneNodeIsTheLastAccessThatTheOtherShows() throws Exception {
        Guest guest = new Guest();
        guest.at(a(), "set=x:1", "maxInactive=20");
        Await.until("node B shows when the session was used on A", PATIENCE, () -> {
            long begun = System.currentTimeMillis();
            guest.at(a());
            long used = System.currentTimeMillis();
            long shown = guest.at(b()).accessed();
            assertTrue(shown <= used, () -> shown + " is after " + used);
            return shown >= begun;
        });
    }

    @Behaviour(11)
    @Test
    default void anyTimeOutAnApplicationSetsHoldsOnTheOtherNode() throws Exception {
        for (int seconds : new int[] {-1, 0, 60, (int) Duration.ofDays(45).toSeconds()}) {
            Guest guest = new Guest();
            guest.at(a(), "maxInactive=" + seconds);
            Look there = guest.at(b());
            assertEquals(seconds, there.maxInactive());
        }
    }

    @Behaviour(8)
    @Test
    default void aChangedIdIsTheOnlyOneThatOpensTheSession() throws Exception {
        Guest guest = new Guest();
        Look before = guest.at(a(), "set=x:1");
        Guest thief = guest.twin();

        Look after = guest.at(a(), "changeId");

        assertNotEquals(before.session(), after.session());
        for (Server node : List.of(a(), b())) {
            assertEquals(
                    "",
                    thief.at(node).session(),
                    "the old id on " + node.program().name());
            assertEquals("1", guest.at(node).attribute("x"));
        }
        assertEquals(List.of("was " + before.session()), farm().events(after.session()));
    }

    @Behaviour(9)
    @Test
    default void anInvalidatedSessionIsGoneEverywhere() throws Exception {
        Guest guest = new Guest();
        String session = guest.at(a(), "set=x:1").session();
        guest.at(b(), "set=x:2");
        Guest other = guest.twin();

        guest.at(a(), "invalidate");

        for (Server node : List.of(b(), a())) {
            assertEquals("", other.at(node).session());
        }
        assertEquals(1, Collections.frequency(farm().events(session), DESTROYED));
    }

    @Behaviour(9)
    @Test
    default void aRequestThatEndsAfterItsSessionWasInvalidatedElsewhereDoesNotBringItBack() throws Exception {
        Guest guest = new Guest();
        String session = guest.at(a(), "set=x:1").session();
        Guest other = guest.twin();
        Guest third = guest.twin();

        Thread slow = new Thread(() -> {
            try {
                Answer unused = other.ask(b(), "set=x:2", "note=begun", "hold=" + session, "set=x:3");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        slow.start();
        Await.until(
                "the request has begun",
                PATIENCE,
                () -> farm().events(b(), session).contains("noted begun"));
        guest.at(a(), "invalidate");
        farm().release(session);
        slow.join();

        for (Server node : List.of(a(), b())) {
            assertEquals("", third.at(node).session());
        }
    }

    @Behaviour(10)
    @Test
    default void anExpiredSessionIsDestroyedOnceInTheCluster() throws Exception {
        Guest guest = new Guest();
        String session = guest.at(a(), "set=x:1", "maxInactive=2").session();
        guest.at(b());

        Await.until(
                "the session is destroyed", SWEPT, () -> farm().events(session).contains(DESTROYED));

        assertEquals("", guest.at(b()).session());
        assertEquals("", guest.at(a()).session());
        assertEquals(1, Collections.frequency(farm().events(session), DESTROYED));
    }

    @Behaviour(10)
    @Test
    default void readingOnOneNodeKeepsASessionAliveOnTheOther() throws Exception {
        Guest guest = new Guest();
        String session = guest.at(a(), "set=x:1", "maxInactive=4").session();
        // The stores are told of uses once a second, and keep it for as long beyond its time-out.
        long until = System.nanoTime() + Duration.ofSeconds(7).toNanos();
        while (System.nanoTime() < until) {
            assertEquals("1", guest.at(b()).attribute("x"));
            Thread.sleep(300);
        }
        assertEquals("1", guest.at(a()).attribute("x"));
        assertFalse(farm().events(session).contains(DESTROYED));
    }

    @Behaviour(18)
    @Test
    default void theRootAndAnotherApplicationLiveInOneBrowser() throws Exception {
        Guest guest = new Guest();
        Answer root = guest.get(a(), "/steps?set=x:root");
        Answer rig = guest.get(b(), "/rig/steps?set=x:rig");
        assertNotEquals(Look.parse(root).session(), Look.parse(rig).session());
        for (Server node : List.of(a(), b())) {
            assertEquals("root", Look.parse(guest.get(node, "/steps")).attribute("x"));
            assertEquals("rig", Look.parse(guest.get(node, "/rig/steps")).attribute("x"));
        }
    }
}
