package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Who logged in by a form on one node is known on the other, and no longer once he logged out. */
interface LoginBehaviours extends OnAFarm {

    String PROTECTED = Farm.MEMBERS + "/in/steps";

    @Behaviour(19)
    @Test
    default void aLoginHoldsOnTheOtherNodeWhenItsOwnIsKilled() throws Exception {
        Guest guest = new Guest();
        logIn(guest, a());
        a().kill();
        try {
            assertEquals("alice", user(guest, b()));
        } finally {
            farm().awaitRestarted(a());
        }
    }

    @Behaviour(19)
    @Test
    default void aLogoutOnOneNodeLogsOutOnTheOther() throws Exception {
        Guest guest = new Guest();
        logIn(guest, a());
        assertEquals("alice", user(guest, b()));

        assertEquals(200, guest.get(a(), PROTECTED + "?logout").status());

        assertEquals("", user(guest, b()));
        assertEquals("", user(guest, a()));
    }

    private static void logIn(Guest guest, Server node) throws IOException {
        assertEquals("", user(guest, node), "the login page comes first");
        Answer answer = guest.submit(node, Farm.MEMBERS + "/j_security_check", "j_username=alice&j_password=secret");
        assertEquals(true, answer.status() == 302 || answer.status() == 303, answer::toString);
        assertEquals("alice", user(guest, node));
    }

    /** Empty when the login page is shown instead. */
    private static String user(Guest guest, Server node) throws IOException {
        Answer answer = guest.get(node, PROTECTED);
        return Look.parse(answer).user();
    }
}
