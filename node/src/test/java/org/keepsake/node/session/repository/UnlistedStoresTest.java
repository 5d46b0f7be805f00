package org.keepsake.node.session.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keepsake.node.session.record.SessionRecord;

/** Two stores that do not list what they have, as memcached with SASL: how one that came back gets what it missed. */
class UnlistedStoresTest {

    /** Of most sessions, in seconds; stores keep them for 82 s after a use. */
    private static final int MAX_INACTIVE = 20;

    /** Until a store is believed: what stores keep a session for, and a minute. */
    private static final long WAIT = 82 + 60;

    private static final long LEEWAY = 5;

    private final Random random = new Random(1);
    private final Schedule schedule = new Schedule(random);
    private final SimulatedNetwork network = new SimulatedNetwork(schedule, random);
    private final SimulatedCluster cluster = new SimulatedCluster(schedule, random, network);
    private final SimulatedStore m1 = new SimulatedStore("m1", false, schedule, random, network);
    private final SimulatedStore m2 = new SimulatedStore("m2", false, schedule, random, network);
    private final List<SimulatedNode> nodes = new ArrayList<>();

    @BeforeEach
    void start() {
        m1.lists(false);
        m2.lists(false);
        for (String name : List.of("n1", "n2", "n3")) {
            nodes.add(new SimulatedNode(name, schedule, random, List.of(m1, m2), cluster, Duration.ZERO));
        }
        cluster.formAtOnce();
    }

    @AfterEach
    void close() {
        schedule.close();
    }

    private void play(Runnable scene) {
        schedule.start(() -> {
            await("m1 CLEAN, m2 CLEAN", 5);
            scene.run();
        });
        schedule.run();
    }

    private void pause(long seconds) {
        schedule.pause(Duration.ofSeconds(seconds));
    }

    private String states() {
        return nodes.get(1).view().replaceFirst(".*: ", "");
    }

    /** Returns how many seconds it took. */
    private long await(String states, long atMost) {
        long start = schedule.nanos();
        while (!states().equals(states)) {
            long passed = Duration.ofNanos(schedule.nanos() - start).toSeconds();
            assertTrue(passed < atMost, () -> "after " + passed + " s: " + states());
            schedule.pause(Duration.ofMillis(100));
        }
        return Duration.ofNanos(schedule.nanos() - start).toSeconds();
    }

    private static SessionId create(SimulatedNode node, int maxInactive) {
        SessionId id = node.repository().newId();
        Remembered unused = node.repository()
                .create(id, SessionRecord.created(id.toString(), node.process().millis(), maxInactive));
        return id;
    }

    private SessionId create() {
        return create(nodes.get(0), MAX_INACTIVE);
    }

    private void loseM1() {
        m1.crash();
        pause(2);
        m1.recover();
        long unused = await("m1 SYNCING, m2 CLEAN", 5);
    }

    private boolean touch(SessionId id) {
        SimulatedNode node = nodes.get(2);
        return node.repository().touch(id, MAX_INACTIVE, node.process().millis());
    }

    @Test
    void aStoreIsBelievedWhenWhatItMissedWasUsedOrHasExpired() {
        play(() -> {
            SessionId used = create();
            SessionId unused = create();
            loseM1();
            for (int i = 0; i < 14; i++) {
                pause(10);
                assertTrue(touch(used));
                assertEquals("m1 SYNCING, m2 CLEAN", states());
            }
            long more = await("m1 CLEAN, m2 CLEAN", WAIT - 140 + LEEWAY);
            assertTrue(more < WAIT);
            assertFalse(m1.has(unused) || m2.has(unused));
            m2.crash();
            assertTrue(nodes.get(2).repository().load(used, null).isPresent());
        });
    }

    @Test
    void theWaitGoesOnWhenTheNodeEndsThatDecides() {
        play(() -> {
            SessionId used = create();
            loseM1();
            pause(70);
            nodes.get(0).kill();
            pause(10);
            nodes.get(0).restart();
            long more = await("m1 CLEAN, m2 CLEAN", WAIT - 80 + LEEWAY);
            assertTrue(more >= WAIT - 80 - LEEWAY, "only " + more + " s");
            assertFalse(m1.has(used));
        });
    }

    @Test
    void theLongestTimeOutCountsAlsoOfANodeThatIsGone() {
        play(() -> {
            SessionId longer = create(nodes.get(0), 3 * MAX_INACTIVE);
            pause(2);
            nodes.get(0).kill();
            loseM1();
            pause(WAIT + LEEWAY);
            assertEquals("m1 SYNCING, m2 CLEAN", states());
            long more = await("m1 CLEAN, m2 CLEAN", 2 * MAX_INACTIVE + LEEWAY);
            assertTrue(more > 0);
            assertFalse(m2.has(longer));
        });
    }

    @Test
    void aStoreIsNotBelievedByTimeWhereSessionsNeverExpire() {
        play(() -> {
            SessionId forever = create(nodes.get(0), -1);
            loseM1();
            pause(10 * WAIT);
            assertEquals("m1 SYNCING, m2 CLEAN", states());
            assertTrue(m2.has(forever));
            m2.lists(true);
            long unused = await("m1 CLEAN, m2 CLEAN", 60 + LEEWAY);
            assertTrue(m1.has(forever));
        });
    }

    @Test
    void aStoreIsGivenAtOnceWhatNodesHaveInTheirHeaps() {
        play(() -> {
            SessionId id = create();
            nodes.get(2).remember(id, nodes.get(2).repository().load(id, null).orElseThrow());
            SessionId unheld = create();
            loseM1();
            pause(2);
            assertTrue(m1.has(id));
            assertFalse(m1.has(unheld));
        });
    }

    @Test
    void stickySessionsSurviveInTheHeapsWhenAllStoresComeBackEmpty() {
        play(() -> {
            SessionId id = create();
            nodes.get(2).remember(id, nodes.get(2).repository().load(id, null).orElseThrow());
            nodes.get(2).recovers(id::equals);
            SessionId unheld = create();
            m1.crash();
            m2.crash();
            pause(2);
            m1.recover();
            m2.recover();
            long unused = await("m1 CLEAN, m2 CLEAN", 10);
            assertTrue(nodes.get(0).repository().load(id, null).isPresent());
            assertTrue(m1.has(id) && m2.has(id));
            assertTrue(nodes.get(0).repository().load(unheld, null).isEmpty());
        });
    }

    @Test
    void whatAStoreHasThatWasNotBelievedYetIsFoundWhenTheOtherOneIsLostToo() {
        play(() -> {
            SessionId before = create();
            loseM1();
            SessionId since = create();
            assertTrue(touch(before));
            m2.crash();
            pause(1);
            m2.recover();
            long unused = await("m1 CLEAN, m2 CLEAN", 10);
            assertTrue(nodes.get(0).repository().load(since, null).isPresent());
            assertTrue(nodes.get(0).repository().load(before, null).isPresent());
            assertTrue(m2.has(since) && m2.has(before));
        });
    }
}
