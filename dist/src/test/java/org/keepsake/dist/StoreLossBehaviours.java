package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What is left when all stores are gone at once. */
interface StoreLossBehaviours extends OnAFarm {

    int SESSIONS = 100;

    /** Without stickiness nobody has a copy of which it is known that it is the last. */
    @Behaviour(13)
    @Test
    default void everyStickySessionThatALivingNodeServedOutlivesTheLossOfBothStores() throws Exception {
        Assumptions.assumeTrue(setup().sticky(), "only sticky sessions outlive all stores");
        int view = farm().awaitWhole(0);
        List<Guest> guests = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            Guest guest = new Guest();
            guest.at(own(i), "set=x:" + i);
            guests.add(guest);
        }
        farm().m1().kill();
        farm().m2().kill();
        farm().m1().restart();
        farm().m2().restart();
        int unused = farm().awaitWhole(view);
        for (int i = 0; i < SESSIONS; i++) {
            String number = Integer.toString(i);
            assertEquals(number, guests.get(i).at(own(i)).attribute("x"), "on its own node");
            assertEquals(number, guests.get(i).at(own(i + 1)).attribute("x"), "on the other");
        }
    }

    /** Neither from the copy that is left, nor from one node's heap, nor when the home is back, empty. */
    @Behaviour(9)
    @Test
    default void anInvalidatedSessionStaysGoneWhenItsHomeIsKilled() throws Exception {
        int view = farm().awaitWhole(0);
        Guest guest = new Guest();
        Look look = guest.at(b(), "set=x:1");
        Guest ofA = guest.twin();
        assertEquals("1", ofA.at(a()).attribute("x"));
        assertEquals("", guest.at(b(), "invalidate").session());
        Server home = farm().store(look.home());
        home.kill();
        try {
            farm().awaitServing(a());
            farm().awaitServing(b());
            assertGone(ofA);
        } finally {
            home.restart();
            int unused = farm().awaitWhole(view);
        }
        assertGone(ofA);
    }

    private void assertGone(Guest guest) throws Exception {
        for (Server node : List.of(a(), b())) {
            assertEquals(
                    "",
                    guest.twin().at(node).session(),
                    () -> "on " + node.program().name());
        }
    }

    private Server own(int number) {
        return number % 2 == 0 ? a() : b();
    }
}
