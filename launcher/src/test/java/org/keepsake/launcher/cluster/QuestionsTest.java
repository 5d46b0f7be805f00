package org.keepsake.launcher.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.keepsake.launcher.cluster.Questions.Replies;

/** Real members on the loopback interface; their datagrams do not leave this host. Most of what they do is wait. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class QuestionsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(500);

    private static final int MOST_MEMBERS = 4;

    /** Of the tests, each of which has ports of its own, from somewhere no other process is likely to begin. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(2_000));

    private final String cluster = "test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    private final int number = NEXT.getAndIncrement();
    private final int multicastPort = 46_000 + number;
    private final int memberPort = 20_000 + MOST_MEMBERS * number;
    private final List<ClusterMember> members = new ArrayList<>();
    private final CountDownLatch silence = new CountDownLatch(1);

    @AfterEach
    void close() {
        silence.countDown();
        members.forEach(ClusterMember::close);
    }

    @Test
    void everyOtherMemberAnswersOnce() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Questions one = node("A");
        node("B").answerWith(question -> {
            asked.incrementAndGet();
            return question + " to B";
        });
        node("C").answerWith(question -> question + " to C");
        awaitMembers(3);

        Replies replies = ask(one, "hello", PATIENCE);
        assertTrue(replies.complete());
        assertEquals(Set.of("hello to B", "hello to C"), Set.copyOf(replies.answers()));
        assertEquals(2, replies.answers().size());
        assertEquals(1, asked.get());
    }

    @Test
    void aMemberWithoutANodeIsNotWaitedFor() throws Exception {
        Questions one = node("A");
        start(new Service(Role.STORE, "m1", "", 11211, Service.State.READY)).answerWith(question -> {
            awaitQuietly(silence);
            return "m1";
        });
        awaitMembers(2);
        assertEquals(new Replies(List.of(), true, true), ask(one, "hello", PATIENCE));
    }

    @Test
    void aLoneMemberHasAskedEveryoneAtOnce() throws Exception {
        Questions one = node("A");
        awaitMembers(1);
        assertEquals(new Replies(List.of(), true, true), ask(one, "hello", PATIENCE));
    }

    @Test
    void beforeItHasJoinedNothingIsComplete() throws Exception {
        assertEquals(new Replies(List.of(), false, false), ask(node("A"), "hello", PATIENCE));
    }

    @Test
    void aMemberThatIsSilentLeavesTheRoundIncomplete() throws Exception {
        Questions one = node("A");
        node("B").answerWith(question -> "B");
        node("C").answerWith(question -> {
            awaitQuietly(silence);
            return "C";
        });
        awaitMembers(3);
        long begun = System.nanoTime();
        Replies replies = ask(one, "hello", SHORT);
        assertEquals(new Replies(List.of("B"), false, false), replies);
        assertTrue(System.nanoTime() - begun >= SHORT.toNanos());
    }

    @Test
    void aMemberThatHasNoAnswerYetIsAskedAgain() throws Exception {
        Questions one = node("A");
        Questions two = node("B");
        awaitMembers(2);
        var replies = one.ask("hello", PATIENCE);
        assertEquals(new Replies(List.of(), false, false), ask(one, "meanwhile", SHORT));
        assertFalse(replies.isDone());
        two.answerWith(question -> question + " to B");
        assertEquals(new Replies(List.of("hello to B"), true, true), replies.get(60, TimeUnit.SECONDS));
    }

    @Test
    void aMemberThatIsTerminatedMeanwhileIsNotWaitedFor() throws Exception {
        Questions one = node("A");
        node("B").answerWith(question -> "B");
        CountDownLatch asked = new CountDownLatch(1);
        node("C").answerWith(question -> {
            asked.countDown();
            awaitQuietly(silence);
            return "C";
        });
        awaitMembers(3);
        var replies = one.ask("hello", PATIENCE);
        assertTrue(asked.await(60, TimeUnit.SECONDS));
        assertFalse(replies.isDone());
        members.get(2).close();
        Replies left = replies.get(60, TimeUnit.SECONDS);
        assertEquals(List.of("B"), left.answers());
        assertTrue(left.complete());
        while (!ask(one, "hello", PATIENCE).accounted()) {
            Thread.sleep(20);
        }
    }

    @Test
    void anAnswerThatFailsOrIsTooLongIsNoAnswer() throws Exception {
        Questions one = node("A");
        Questions two = node("B");
        two.answerWith(question -> {
            throw new IllegalStateException("this answer fails on purpose");
        });
        awaitMembers(2);
        assertEquals(new Replies(List.of(), false, false), ask(one, "hello", SHORT));
        two.answerWith(question -> "x".repeat(65537));
        assertEquals(new Replies(List.of(), false, false), ask(one, "hello", SHORT));
        two.answerWith(question -> "x".repeat(65536));
        assertEquals(65536, ask(one, "hello", PATIENCE).answers().get(0).length());
    }

    @Test
    void aQuestionThatIsTooLongIsRefused() {
        Questions one = node("A");
        assertThrows(IllegalArgumentException.class, () -> one.ask("x".repeat(65537), PATIENCE));
    }

    @Test
    void whoHasLeftIsToldNothingMore() throws Exception {
        Questions one = node("A");
        node("B");
        awaitMembers(2);
        var waiting = one.ask("hello", PATIENCE);
        members.get(0).close();
        assertEquals(new Replies(List.of(), false, false), waiting.get(60, TimeUnit.SECONDS));
        assertEquals(new Replies(List.of(), false, false), ask(one, "hello", PATIENCE));
    }

    private static Replies ask(Questions questions, String question, Duration atMost) throws Exception {
        return questions.ask(question, atMost).get(60, TimeUnit.SECONDS);
    }

    private Questions node(String name) {
        return start(new Service(Role.NODE, name, "", 8081, Service.State.READY));
    }

    private final List<CountOfMembers> counts = new ArrayList<>();

    private Questions start(Service service) {
        CountOfMembers count = new CountOfMembers();
        counts.add(count);
        ClusterMember member = ClusterMember.start(
                new ClusterSettings(
                        cluster,
                        Discovery.MULTICAST,
                        new InetSocketAddress("228.10.0.4", multicastPort),
                        0,
                        List.of(),
                        Optional.of("127.0.0.1"),
                        memberPort,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(3),
                        service.role() != Role.NODE,
                        Alike.NONE),
                List.of(service),
                Optional.empty(),
                count);
        members.add(member);
        return member.questions();
    }

    /** Until every member has heard of that many, itself included. */
    private void awaitMembers(int number) throws InterruptedException {
        for (CountOfMembers count : counts) {
            count.await(number);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Knows of how many members a member has heard. */
    private static final class CountOfMembers implements ClusterMember.Listener {

        private Membership last = new Membership(0, false, List.of());

        @Override
        public synchronized void changed(Membership membership) {
            last = membership;
            notifyAll();
        }

        @Override
        public void refused(String sentence) {
            throw new AssertionError(sentence);
        }

        synchronized void await(int number) throws InterruptedException {
            while (!last.complete() || last.services().size() != number) {
                wait();
            }
        }
    }
}
