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

    private Server own(int number) {
        return number % 2 == 0 ? a() : b();
    }
}
