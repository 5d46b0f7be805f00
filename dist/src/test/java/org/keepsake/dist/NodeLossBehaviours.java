package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What becomes of sessions when a node goes. */
interface NodeLossBehaviours extends OnAFarm {

    @Behaviour({1, 10})
    @Test
    default void aKilledNodeLeavesItsSessionsToTheOtherAndOneThatNobodyUsesExpiresOnce() throws Exception {
        String unused = new Guest().at(a(), "set=x:1", "maxInactive=3").session();
        Guest guest = new Guest();
        Look before = guest.at(a(), "set=x:1", "set=y:2", "append=words:one", "increment=n");
        a().kill();

        Look after = guest.at(b());
        assertEquals(before.session(), after.session());
        assertEquals(before.lines().keySet(), after.lines().keySet());
        assertEquals(
                "1 2 [one] 1",
                String.join(
                        " ",
                        after.attribute("x"),
                        after.attribute("y"),
                        after.attribute("words"),
                        after.attribute("n")));
        assertEquals(before.created(), after.created());

        farm().awaitRestarted(a());
        assertEquals("1", guest.at(a()).attribute("x"));
        Await.until(
                "the session of the killed node is destroyed",
                PATIENCE,
                () -> farm().events(unused).contains(EndingBehaviours.DESTROYED));
        // Whoever else means to destroy it looks for such sessions every five seconds.
        assertEquals(1, Collections.frequency(farm().events(unused), EndingBehaviours.DESTROYED));
    }

    @Behaviour(12)
    @Test
    default void aNodeThatIsStoppedCleanlyStripsNothingAndDestroysNothing() throws Exception {
        Guest guest = new Guest();
        Look before = guest.at(a(), "set=x:1", "bound=b:1");
        a().stop();
        farm().awaitRestarted(a());

        Look after = guest.at(b());
        assertEquals(before.session(), after.session());
        assertEquals("1", after.attribute("x"));
        assertEquals("1", after.attribute("b"));
        assertFalse(farm().events(before.session()).contains(EndingBehaviours.DESTROYED));
        assertFalse(farm().events(before.session()).contains("unbound 1"));
        assertEquals("1", guest.at(a()).attribute("x"));
    }
}
