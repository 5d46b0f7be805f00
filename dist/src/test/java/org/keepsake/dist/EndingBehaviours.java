package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How sessions begin, change their id and end, in the whole cluster at once. */
interface EndingBehaviours extends OnAFarm {

    String DESTROYED = "destroyed";

    @Test
    default void aSessionIsNewOnceAndKeepsItsTimesOnTheOtherNode() throws Exception {
        Guest guest = new Guest();
        Look first = guest.at(a(), "set=x:1");
        Look second = guest.at(b());
        Look third = guest.at(a());
        assertTrue(first.fresh());
        assertFalse(second.fresh());
        assertEquals(first.created(), second.created());
        assertTrue(second.accessed() >= first.created() && second.accessed() <= third.accessed());
    }

    @Test
    default void anyTimeOutAnApplicationSetsHoldsOnTheOtherNode() throws Exception {
        for (int seconds : new int[] {-1, 0, 60, (int) Duration.ofDays(45).toSeconds()}) {
            Guest guest = new Guest();
            guest.at(a(), "maxInactive=" + seconds);
            Look there = guest.at(b());
            assertEquals(seconds, there.maxInactive());
        }
    }

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

    @Test
    default void aRequestThatEndsAfterItsSessionWasInvalidatedElsewhereDoesNotBringItBack() throws Exception {
        Guest guest = new Guest();
        guest.at(a(), "set=x:1");
        Guest other = guest.twin();
        Guest third = guest.twin();

        Thread slow = new Thread(() -> {
            try {
                Answer unused = other.ask(b(), "set=x:2", "sleep=1500", "set=x:3");
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        slow.start();
        Thread.sleep(500);
        guest.at(a(), "invalidate");
        slow.join();

        for (Server node : List.of(a(), b())) {
            assertEquals("", third.at(node).session());
        }
    }

    @Test
    default void anExpiredSessionIsDestroyedOnceInTheCluster() throws Exception {
        Guest guest = new Guest();
        String session = guest.at(a(), "set=x:1", "maxInactive=2").session();
        guest.at(b());

        Await.until(
                "the session is destroyed",
                PATIENCE,
                () -> farm().events(session).contains(DESTROYED));

        assertEquals("", guest.at(b()).session());
        assertEquals("", guest.at(a()).session());
        assertEquals(1, Collections.frequency(farm().events(session), DESTROYED));
    }

    @Test
    default void readingOnOneNodeKeepsASessionAliveOnTheOther() throws Exception {
        Guest guest = new Guest();
        String session = guest.at(a(), "set=x:1", "maxInactive=4").session();
        long until = System.nanoTime() + Duration.ofSeconds(9).toNanos();
        while (System.nanoTime() < until) {
            assertEquals("1", guest.at(b()).attribute("x"));
            Thread.sleep(300);
        }
        assertEquals("1", guest.at(a()).attribute("x"));
        assertFalse(farm().events(session).contains(DESTROYED));
    }

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
