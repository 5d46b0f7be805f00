package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two sticky nodes while no store is there: what they go on with, and what comes of it afterwards. */
class StoresGoneTest {

    private final Browser browser = new Browser();
    private TwoStores stores;
    private TestNode a;
    private TestNode b;

    @BeforeEach
    void start() {
        stores = new TwoStores();
        a = node("A");
        b = node("B");
        Waiting.until("both have reached the stores", () -> a.couldKeepChanges() && b.couldKeepChanges());
    }

    private TestNode node(String name) {
        SessionSettings settings = SessionSettings.defaults(name).withSticky(true);
        return stores.node(settings.with(settings.backup().withTimeout(Duration.ofSeconds(2))))
                .setsAndGets();
    }

    @AfterEach
    void stop() {
        if (stores != null) {
            stores.close();
        }
    }

    private int set(Browser who, TestNode node, String value) {
        return who.get(node.at("/app/set?v=" + value)).statusCode();
    }

    private String get(Browser who, TestNode node) {
        return who.get(node.at("/app/get")).body();
    }

    private void freezeStores() {
        stores.freeze();
        Waiting.until("nobody reaches a store", () -> a.keepsChanges() && b.keepsChanges());
    }

    private void thawStores() {
        stores.thaw();
    }

    private void awaitStores() {
        Waiting.until("the stores are believed", () -> a.reachesAllStores() && b.reachesAllStores());
    }

    @Test
    void aStickySessionIsChangedInTheHeapAndStoredWhenTheStoresAreBack() {
        assertEquals(200, set(browser, a, "1"));
        freezeStores();
        for (int i = 2; i <= 5; i++) {
            assertEquals(200, set(browser, a, Integer.toString(i)));
            assertEquals(Integer.toString(i), get(browser, a));
        }
        assertTrue(a.statistics().kept() >= 4);
        thawStores();
        assertEquals("5", get(browser, b));
        assertEquals(200, set(browser, a, "6"));
        assertEquals("6", get(browser, b));
    }

    @Test
    void anotherNodeDoesNotServeWhatIsOlderThanWhatThisOneKept() {
        assertEquals(200, set(browser, a, "1"));
        freezeStores();
        assertEquals(200, set(browser, a, "2"));
        assertEquals(503, browser.get(b.at("/app/get")).statusCode());
        thawStores();
        Waiting.until("B answers", () -> {
            var answer = browser.get(b.at("/app/get"));
            assertTrue(answer.statusCode() == 503 || answer.body().equals("2"), answer.body());
            return answer.statusCode() == 200;
        });
    }

    @Test
    void aSessionThatBeganMeanwhileIsFoundOnTheOtherNode() {
        assertEquals(200, set(browser, a, "0"));
        freezeStores();
        Browser late = new Browser();
        assertEquals(200, set(late, a, "1"));
        assertEquals("1", get(late, a));
        assertTrue(late.cookie().matches("[0-9a-f]+-m[12]\\.A"), late.cookie());
        thawStores();
        Waiting.until("B answers", () -> {
            var answer = late.get(b.at("/app/get"));
            assertTrue(answer.statusCode() == 503 || answer.body().equals("1"), answer.body());
            return answer.statusCode() == 200;
        });
    }

    @Test
    void idleSessionsAreStoredWithoutBeingAskedFor() {
        assertEquals(200, set(browser, a, "1"));
        Browser late = new Browser();
        freezeStores();
        assertEquals(200, set(browser, a, "2"));
        assertEquals(200, set(late, a, "3"));
        long saved = a.statistics().saved();
        thawStores();
        Waiting.until("both are stored", () -> a.statistics().saved() >= saved + 2);
        a.close();
        assertEquals("2", get(browser, b));
        assertEquals("3", get(late, b));
    }

    @Test
    void whatWasKeptComesBackWithTheSessionWhenAllStoresComeBackEmpty() {
        assertEquals(200, set(browser, a, "1"));
        Browser late = new Browser();
        stores.kill();
        Waiting.until("nobody reaches a store", () -> a.keepsChanges() && b.keepsChanges());
        assertEquals(200, set(browser, a, "2"));
        assertEquals(200, set(late, a, "3"));
        stores.startAgain();
        awaitStores();
        assertEquals(200, set(new Browser(), b, "4"));
        assertEquals("2", get(browser, b));
        assertEquals("3", get(late, b));
    }

    @Test
    void aNodeThatIsOutOfTouchKeepsNothing() {
        assertEquals(200, set(browser, a, "1"));
        stores.cluster.cutOff();
        Waiting.until("A trusts nothing", () -> {
            long trusted = a.statistics().trusted();
            return get(browser, a).equals("1") && a.statistics().trusted() == trusted;
        });
        stores.freeze();
        assertEquals(503, set(browser, a, "2"));
        stores.cluster.heal();
        assertEquals(503, set(browser, a, "3"));
        assertEquals(503, set(new Browser(), a, "4"));
        assertEquals(0, a.statistics().kept());
        thawStores();
        awaitStores();
        // What was refused may have reached a store all the same.
        assertTrue(get(browser, b).matches("[123]"));
    }

    @Test
    void aStopStoresWhatIsKept() {
        assertEquals(200, set(browser, a, "1"));
        freezeStores();
        assertEquals(200, set(browser, a, "2"));
        thawStores();
        a.close();
        assertEquals("2", get(browser, b));
    }
}
