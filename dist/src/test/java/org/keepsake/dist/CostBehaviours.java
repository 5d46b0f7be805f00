package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often the stores are asked, counted by themselves; there are two of them, and each is asked at once. */
interface CostBehaviours extends OnAFarm {

    int REQUESTS = 400;

    /** What the nodes ask of the stores for their own sake: so much in any case, and so much more in each second. */
    int BESIDES = 40;

    int BESIDES_PER_SECOND = 30;

    int COPIES = 2;

    Duration READING = Duration.ofSeconds(3);

    /** Read by one command: the record and the view. */
    int KEYS = 2;

    /** What the stores counted in a time. */
    record Cost(StoreCounts counts, Duration time) {

        /** How much of it the nodes may have asked for their own sake. */
        private long besides() {
            return BESIDES + BESIDES_PER_SECOND * time.toMillis() / 1_000;
        }
    }

    @Behaviour(17)
    @Test
    default void aRequestForAStyleSheetAsksNoStore() throws Exception {
        Guest guest = new Guest();
        guest.at(a(), "set=x:1");
        Cost cost = cost(guest, "/rig/style.css");
        say(REQUESTS + " requests for a style sheet", cost.counts());
        assertTrue(cost.counts().all() <= cost.besides(), cost::toString);
    }

    @Behaviour(17)
    @Test
    default void aRequestThatOnlyReadsAsksEachCopyOnceAtMost() throws Exception {
        Guest guest = new Guest();
        guest.at(a(), "set=x:1");
        Cost cost = cost(guest, "/rig/count?peek");
        StoreCounts counts = cost.counts();
        say(REQUESTS + " requests that read", counts);
        assertTrue(counts.gets() <= (long) REQUESTS * readsPerRequest() + cost.besides(), cost::toString);
        assertTrue(counts.sets() <= cost.besides(), cost::toString);
        assertTrue(counts.touches() <= COPIES, cost::toString);
    }

    /** The rest of a touch is due at a twentieth of the time-out, here two seconds. */
    @Behaviour(17)
    @Test
    default void theTimeOfTheLastAccessIsMovedOnlyNowAndThen() throws Exception {
        Guest guest = new Guest();
        guest.at(a(), "set=x:1", "maxInactive=40");
        StoreCounts before = StoreCounts.of(farm().m1(), farm().m2());
        long begun = System.nanoTime();
        try (Browser browser = new Browser(a().address(), guest.cookies())) {
            while (System.nanoTime() - begun < READING.toNanos()) {
                assertEquals(200, browser.get("/rig/steps").status());
                Thread.sleep(50);
            }
        }
        StoreCounts counts = StoreCounts.of(farm().m1(), farm().m2()).since(before);
        long due = 1 + Duration.ofNanos(System.nanoTime() - begun).toSeconds() / 2;
        say("reads for " + READING.toSeconds() + " s with a time-out of 40 s", counts);
        assertTrue(counts.touches() <= COPIES * due, counts::toString);
    }

    @Behaviour(17)
    @Test
    default void aRequestThatChangesItsSessionStoresEachCopyOnceAtMost() throws Exception {
        Guest guest = new Guest();
        guest.at(a(), "set=x:1");
        Cost cost = cost(guest, "/rig/count");
        say(REQUESTS + " requests that change", cost.counts());
        assertTrue(cost.counts().sets() <= REQUESTS * COPIES + cost.besides(), cost::toString);
    }

    @Behaviour(17)
    @Test
    default void aStaleCookieCostsOneLookUpInEachApplicationAndNoneAgainAtOnce() throws Exception {
        Guest guest = new Guest();
        String session = guest.at(a(), "set=x:1").session();
        guest.cookies().put("JSESSIONID", "/", session.replaceFirst("^[0-9A-F]{4}", "0000"));
        StoreCounts before = StoreCounts.of(farm().m1(), farm().m2());
        try (Browser browser = new Browser(a().address(), guest.cookies())) {
            for (int i = 0; i < 3; i++) {
                for (String application : Farm.APPLICATIONS) {
                    assertEquals(200, browser.get(application + "/steps?get=x").status());
                }
            }
        }
        StoreCounts counts = StoreCounts.of(farm().m1(), farm().m2()).since(before);
        say("stale cookie, three times in each of four applications", counts);
        assertTrue(counts.gets() <= (Farm.APPLICATIONS.size() + 3L) * COPIES * KEYS + BESIDES, counts::toString);
    }

    /**
     * What the stores counted while one user asked four hundred times; once before uncounted, so that what the nodes ask for
     * their own sake is not counted for as long as a node takes that has just started.
     */
    private Cost cost(Guest guest, String path) throws IOException {
        try (Browser browser = new Browser(a().address(), guest.cookies())) {
            ask(browser, path);
            StoreCounts before = StoreCounts.of(farm().m1(), farm().m2());
            long begun = System.nanoTime();
            ask(browser, path);
            StoreCounts counts = StoreCounts.of(farm().m1(), farm().m2()).since(before);
            return new Cost(counts, Duration.ofNanos(System.nanoTime() - begun));
        }
    }

    private static void ask(Browser browser, String path) throws IOException {
        for (int i = 0; i < REQUESTS; i++) {
            assertEquals(200, browser.get(path).status());
        }
    }

    private int readsPerRequest() {
        return setup().sticky() ? 0 : COPIES * KEYS;
    }

    private void say(String what, StoreCounts counts) {
        Figures.say(setup() + ", " + what, counts.toString());
    }
}
