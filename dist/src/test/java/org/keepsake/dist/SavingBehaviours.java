package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** What a request puts into its session is there for the next one, wherever that goes. */
interface SavingBehaviours extends OnAFarm {

    int REDIRECTS = 1_000;
    int PARALLEL = 50;

    @Behaviour(2)
    @Test
    default void aPostThatRedirectsIsFollowedToTheOtherNodeWithoutAMiss() throws Exception {
        CookieJar cookies = new CookieJar();
        try (Browser first = new Browser(a().address(), cookies);
                Browser second = new Browser(b().address(), cookies)) {
            for (int i = 0; i < REDIRECTS; i++) {
                Browser here = i % 2 == 0 ? first : second;
                Browser there = i % 2 == 0 ? second : first;
                assertEquals(
                        302, here.post("/rig/steps?set=x:" + i + "&redirect").status());
                assertEquals(
                        Integer.toString(i), Look.parse(there.get("/rig/steps")).attribute("x"));
            }
        }
    }

    @Behaviour(3)
    @Test
    default void anAttributeSetAfterTheResponseWasSentIsThereOnTheOtherNode() throws Exception {
        for (String ending : List.of("redirect", "close", "flush=100000")) {
            Guest guest = new Guest();
            guest.at(a(), "set=before:1");

            Answer unused = guest.ask(a(), ending, "set=after:1");

            // It may be saved a moment after the user has the response; until then he was not on the other node.
            Await.until(
                    "what was set after " + ending + " is on the other node",
                    PATIENCE,
                    () -> guest.twin().at(b()).attribute("after").equals("1"));
        }
    }

    @Behaviour(4)
    @Test
    default void anObjectMutatedInPlaceIsThereOnTheOtherNode() throws Exception {
        Guest guest = new Guest();
        guest.at(a(), "append=words:one");
        guest.at(b(), "append=words:two");
        guest.at(a(), "append=words:three");
        assertEquals("[one, two, three]", guest.at(b()).attribute("words"));
    }

    @Behaviour(4)
    @Test
    default void aRemovedAttributeIsNotBroughtBackByACopyThatStillHadIt() throws Exception {
        Guest guest = new Guest();
        guest.at(a(), "set=x:1", "set=y:1");
        assertEquals("1", guest.at(b()).attribute("x"), "node B has its copy");

        guest.at(a(), "remove=x");
        guest.at(b(), "set=y:2");

        assertEquals("", guest.at(a()).attribute("x"));
        assertEquals("", guest.at(b()).attribute("x"));
        assertEquals("2", guest.at(a()).attribute("y"));
    }

    @Behaviour(5)
    @Test
    default void fiftyParallelRequestsOnOneNodeLeaveFiftyAttributes() throws Exception {
        assertLeaveFiftyAttributes(i -> a());
    }

    @Behaviour(5)
    @Test
    default void fiftyParallelRequestsOnTwoNodesLeaveFiftyAttributes() throws Exception {
        assertLeaveFiftyAttributes(i -> i % 2 == 0 ? a() : b());
    }

    private void assertLeaveFiftyAttributes(IntFunction<Server> node) throws Exception {
        Guest guest = new Guest();
        guest.at(a(), "set=x:1");
        for (Answer answer : guest.together(PARALLEL, node, i -> "set=p" + i + ":" + i)) {
            assertEquals(200, answer.status());
        }
        assertEquals(PARALLEL + 1, guest.at(a()).attributes());
        assertEquals(PARALLEL + 1, guest.at(b()).attributes());
    }

    @Behaviour(7)
    @Test
    default void theNodeThatComesBackToASessionShowsWhatTheOtherWroteMeanwhile() throws Exception {
        Guest guest = new Guest();
        guest.at(a(), "set=x:A");
        guest.at(b(), "set=x:B");
        assertEquals("B", guest.at(a()).attribute("x"));
    }

    @Behaviour(20)
    @Test
    default void whatAnAsynchronousServletSetsOnAnotherThreadIsSaved() throws Exception {
        Guest guest = new Guest();
        guest.at(a(), "set=x:1");
        assertEquals("2", guest.at(a(), "async", "set=x:2").attribute("x"));
        assertEquals("2", guest.at(b()).attribute("x"));
    }

    @Behaviour(15)
    @Test
    default void anApplicationThatDoesNotSayItIsDistributableIsReplicatedAllTheSame() throws Exception {
        Guest guest = new Guest();
        guest.at(a(), "set=x:1");
        assertEquals("1", guest.at(b()).attribute("x"));
        assertEquals(
                1,
                b().log()
                        .lines()
                        .filter(line -> line.contains("/rig:") && line.contains("<distributable/>"))
                        .count(),
                b()::log);
    }

    @Behaviour(20)
    @Test
    default void whatAWebSocketPutsIntoItsSessionIsSavedAndItsChannelStaysOnTheNode() throws Exception {
        Guest guest = new Guest();
        String session = guest.at(a(), "set=x:1").session();
        try (Talker talker = Talker.open(a().address(), guest.cookies().header("/rig/talk"))) {
            for (String word : List.of("one", "two", "three")) {
                assertEquals(word, talker.say(word));
                Look there = guest.at(b());
                assertEquals(word, there.attribute("said"));
                assertEquals(2, there.attributes(), there::toString);
            }
            for (Server store : farm().stores()) {
                String record = StoredRecord.of(store, session);
                assertTrue(record.contains("said") && !record.contains("io.undertow"), record);
            }
        }
    }

    @Behaviour(15)
    @Test
    default void anAttributeThatCannotBeSerializedIsNamedAndTheOthersAreSaved() throws Exception {
        Guest guest = new Guest();
        Look look = guest.at(a(), "set=x:1", "unserializable=bad", "set=y:2");
        Look there = guest.at(b());
        assertEquals("1", there.attribute("x"));
        assertEquals("2", there.attribute("y"));
        assertEquals("", there.attribute("bad"));
        String warning = a().log()
                .lines()
                .filter(line -> line.contains("Unserializable"))
                .findFirst()
                .orElse("no line names the class");
        assertTrue(warning.contains("bad"), warning);
        assertTrue(warning.contains(look.session().substring(0, 8)), warning);
    }

    @Behaviour(16)
    @Test
    default void aClassThatAnAttackerCouldUseIsNeverRead() throws Exception {
        Guest guest = new Guest();
        Answer unused = guest.ask(a(), "set=x:1", "gadget=bad:1");
        Look there = guest.at(b(), "get=bad");
        assertEquals("", there.attribute("bad"));
        assertTrue((a().log() + b().log()).contains("BadAttributeValueExpException"), "the class is named");
    }

    @Behaviour(15)
    @Test
    default void aSessionLargerThanAStoreTakesIsRefusedByNameAndNothingIsLostSilently() throws Exception {
        Guest guest = new Guest();
        Look before = guest.at(a(), "set=x:1");

        Answer answer = guest.ask(a(), "fill=big:5000000");

        if (!setup().hasStores()) {
            assertEquals(200, answer.status(), "there is room for it");
            assertEquals(2, guest.at(b()).attributes());
            return;
        }
        assertTrue(answer.status() >= 500, () -> "answered " + answer.status());
        assertEquals("1", guest.at(b()).attribute("x"));
        assertTrue(
                a().log()
                        .lines()
                        .anyMatch(line ->
                                line.contains(before.session().substring(0, 8)) && line.matches(".*[0-9]{7}.*")),
                "a line names the session and the size");
    }
}
