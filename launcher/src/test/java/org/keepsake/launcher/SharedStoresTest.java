package org.keepsake.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.keepsake.node.memcached.MemcachedNode;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.view.Peers;

/** Stores that are named at one node while several run. */
class SharedStoresTest {

    private static final List<MemcachedNode> ONE =
            MemcachedNodes.parse("m1:a:1", Set.of()).nodes();
    private static final List<MemcachedNode> TWO =
            MemcachedNodes.parse("m1:a:1,m2:b:2", Set.of("m2")).nodes();

    private final Map<String, Member> cluster = new ConcurrentHashMap<>();

    /** A node of a cluster in which questions are answered at once, except by nodes that are cut off. */
    private final class Member implements Peers {

        private final NodeStores stores = new NodeStores(Optional.of(MemcachedNodes.parse("m0:z:1", Set.of())));
        private final List<MemcachedNodes> told = new ArrayList<>();
        private final SharedStores shared;
        private volatile boolean cutOff;

        /** What it answers is lost. */
        private volatile int losesAnswersFrom = Integer.MAX_VALUE;

        private int answered;

        Member(String name) {
            this.shared = new SharedStores("test", name, stores, told::add);
        }

        @Override
        public CompletableFuture<Round> ask(String question, Duration atMost) {
            List<String> answers = new ArrayList<>();
            boolean complete = !cutOff;
            for (Member other : cluster.values()) {
                if (other != this) {
                    boolean hears = !cutOff && !other.cutOff && other.answered++ < other.losesAnswersFrom;
                    complete &= hears;
                    if (hears) {
                        answers.add(other.shared.answer(question));
                    }
                }
            }
            answers.removeIf(String::isEmpty);
            return CompletableFuture.completedFuture(new Round(answers, complete, complete));
        }

        @Override
        public void answerWith(UnaryOperator<String> answer) {
            throw new UnsupportedOperationException();
        }

        List<MemcachedNode> now() {
            return stores.current().nodes();
        }
    }

    private Member join(String name) {
        Member member = new Member(name);
        cluster.put(name, member);
        member.shared.join(member);
        cluster.values().forEach(each -> each.shared.membersChanged());
        return member;
    }

    @AfterEach
    void stop() {
        cluster.values().forEach(member -> member.shared.close());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < until, "waited for 20 s");
            Thread.sleep(20);
        }
    }

    @Test
    void reachEveryNodeBeforeTheAnswer() {
        Member a = join("A");
        Member b = join("B");
        Member c = join("C");
        assertEquals(new SharedStores.Taken(Set.of("A", "B", "C"), Set.of()), b.shared.name(TWO));
        for (Member each : List.of(a, b, c)) {
            assertEquals(TWO, each.now());
            assertEquals(1, each.told.size());
        }
        assertEquals(new SharedStores.Taken(Set.of("A", "B", "C"), Set.of()), a.shared.name(ONE));
        assertEquals(List.of(ONE, ONE, ONE), List.of(a.now(), b.now(), c.now()));
    }

    @Test
    void areLearntByANodeThatJoinsLater() throws InterruptedException {
        Member a = join("A");
        a.shared.name(TWO);
        Member late = join("B");
        await(() -> late.now().equals(TWO));
        assertTrue(late.stores.areNamed());
    }

    @Test
    void areNotChangedWhenANodeCannotBeTold() {
        Member a = join("A");
        Member b = join("B");
        b.cutOff = true;
        assertThrows(SharedStores.NotReached.class, () -> a.shared.name(TWO));
        assertEquals("m0", a.now().get(0).name());
        assertEquals("m0", b.now().get(0).name());
    }

    @Test
    void areNamedAsMissingWhereTheyDidNotArriveAndArriveLater() throws InterruptedException {
        Member a = new Member("A");
        Member b = new Member("B");
        cluster.put("A", a);
        cluster.put("B", b);
        a.shared.join(a);
        await(() -> b.answered > 0);
        b.losesAnswersFrom = b.answered + 1;
        // Its own clock may take the one answer that is left; then nothing is changed, and it is asked again.
        SharedStores.Taken taken = null;
        while (taken == null) {
            try {
                taken = a.shared.name(TWO);
            } catch (SharedStores.NotReached e) {
                b.losesAnswersFrom = b.answered + 1;
            }
        }
        assertEquals(new SharedStores.Taken(Set.of("A"), Set.of("B")), taken);
        b.losesAnswersFrom = Integer.MAX_VALUE;
        await(() -> b.now().equals(TWO));
    }

    @Test
    void areTheSameEverywhereAfterTwoPartsOfAClusterNamedTheirOwn() throws InterruptedException {
        Member a = join("A");
        a.shared.name(ONE);
        Map<String, Member> apart = Map.copyOf(cluster);
        cluster.clear();
        Member b = join("B");
        b.shared.name(TWO);
        cluster.putAll(apart);
        cluster.values().forEach(each -> each.shared.membersChanged());
        await(() -> a.now().equals(TWO) && b.now().equals(TWO));
    }

    @Test
    void areRefusedByANodeThatDoesNotUnderstandThem() {
        Member a = join("A");
        assertEquals("", a.shared.answer("stores 7 B\nm1:a"));
        assertEquals("", a.shared.answer("stores m1"));
        assertEquals("m0", a.now().get(0).name());
    }

    @Test
    void travelAsTheyAreWritten() {
        NamedStores named = new NamedStores(3, "B", TWO);
        assertEquals("3 B\nm1:a:1,m2:b:2;failover=m2", named.encode());
        assertEquals(named, NamedStores.decode(named.encode()));
        assertEquals(NamedStores.NONE, NamedStores.decode(NamedStores.NONE.encode()));
    }
}
