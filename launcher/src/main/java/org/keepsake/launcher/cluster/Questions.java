package org.keepsake.launcher.cluster;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.topic.ITopic;
import com.hazelcast.topic.Message;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.keepsake.launcher.cluster.PeerMessage.Answer;
import org.keepsake.launcher.cluster.PeerMessage.Question;

/**
 * Questions of one member to all others that have a node, and their answers. They travel by a topic of their own; a
 * question is repeated until it is answered, so that one that was lost, or that a member which just joined did not hear,
 * costs no more than the pause. Questions and answers have at most 64 kB of UTF-8.
 *
 * <p>Thread-safe. The rounds under way belong to one thread; answers are found, and those who wait for them told, on
 * others, so nothing that waits holds up the cluster.
 */
public final class Questions {

    private static final System.Logger LOG = System.getLogger(ClusterMember.class.getName());
    private static final String TOPIC = "keepsake.questions";
    private static final Duration ASK_AGAIN = Duration.ofMillis(200);
    private static final Duration BEAT = Duration.ofMillis(250);

    /** A member that was expelled looks for the others every three seconds, and finds them at the second time at least. */
    private static final Duration FOUND_AGAIN = Duration.ofSeconds(10);

    private final String cluster;
    private final ClusterThread thread;
    private final Answering answering = new Answering();
    private final ThreadPoolExecutor telling = new ThreadPoolExecutor(
            1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), ClusterThread.daemon("keepsake-answered"));
    private final FreezeWatch freezes;
    private final Departures departures;
    private final Map<UUID, Round> rounds = new HashMap<>();
    private volatile @Nullable HazelcastInstance hazelcast;
    private volatile @Nullable ITopic<String> topic;

    /** While this member moves from one cluster into another, its list of members says nothing. */
    private volatile boolean between;

    /**
     * What was answered.
     *
     * @param answers of the members that are still there, in no order; the empty ones of members without a node left out
     * @param complete whether this process has joined and every other member with a node that still is one has answered
     * @param accounted whether all those that are members no longer are known to have ended; if not, one may be alive and
     *     cut off
     */
    public record Replies(List<String> answers, boolean complete, boolean accounted) {
        public Replies {
            answers = List.copyOf(answers);
        }

        private static final Replies NONE = new Replies(List.of(), false, false);
    }

    /** A question under way. */
    private record Round(Question question, Map<UUID, String> answers, CompletableFuture<Replies> replies) {}

    Questions(ClusterSettings settings, boolean hasNode) {
        cluster = settings.name();
        thread = new ClusterThread(cluster, "keepsake-questions");
        telling.allowCoreThreadTimeOut(true);
        departures = new Departures(cluster);
        // As soon as others may have counted this member out.
        freezes = new FreezeWatch(settings.memberTimeout().minus(settings.heartbeat()), FOUND_AGAIN, System.nanoTime());
        if (!hasNode) {
            answering.answerWith(question -> "");
        }
    }

    /**
     * Asks every other member. The future never fails, and completes within the time given, at once when this process
     * has not joined.
     *
     * @throws IllegalArgumentException when the question is longer than 64 kB
     */
    public CompletableFuture<Replies> ask(String question, Duration atMost) {
        Round round = new Round(new Question(UUID.randomUUID(), question), new HashMap<>(), new CompletableFuture<>());
        if (!thread.run(() -> begin(round, atMost))) {
            round.replies().complete(Replies.NONE);
        }
        return round.replies();
    }

    /** Says how this process answers; before that it answers nothing, unless it has no node, then always "". */
    public void answerWith(UnaryOperator<String> answer) {
        answering.answerWith(answer);
    }

    void takePart(HazelcastInstance instance) {
        instance.getLifecycleService().addLifecycleListener(this::lifecycle);
        ITopic<String> questions = instance.getTopic(TOPIC);
        questions.addMessageListener(this::received);
        topic = questions;
        hazelcast = instance;
        departures.start();
        thread.every(BEAT, () -> {
            Set<UUID> unused = noteOthers(System.nanoTime());
        });
    }

    /** A member that joined is asked, and one that left is waited for no longer. */
    void membersChanged() {
        thread.run(() -> List.copyOf(rounds.values()).forEach(round -> {
            publish(round.question());
            check(round);
        }));
    }

    void close() {
        thread.run(() -> List.copyOf(rounds.values()).forEach(round -> end(round, Set.of(), false, false)));
        thread.close(Duration.ofSeconds(1));
        answering.close();
        departures.close();
        telling.shutdown();
    }

    private void lifecycle(LifecycleEvent event) {
        if (event.getState() == LifecycleState.MERGING) {
            between = true;
        } else if (event.getState() == LifecycleState.MERGED) {
            between = false;
            membersChanged();
        }
    }

    private void begin(Round round, Duration atMost) {
        rounds.put(round.question().id(), round);
        if (!isMember()) {
            end(round, Set.of(), false, false);
            return;
        }
        thread.after(atMost, () -> end(round, noteOthers(System.nanoTime()), false, false));
        askAgain(round);
        check(round);
    }

    private void askAgain(Round round) {
        if (rounds.containsKey(round.question().id())) {
            publish(round.question());
            thread.after(ASK_AGAIN, () -> askAgain(round));
        }
    }

    private void answered(Answer answer) {
        Round round = rounds.get(answer.id());
        if (round != null) {
            round.answers().put(answer.from(), answer.text());
            check(round);
        }
    }

    private void check(Round round) {
        long now = System.nanoTime();
        Set<UUID> others = noteOthers(now);
        boolean accounted = departures.allEnded();
        if (!round.answers().keySet().containsAll(others) || (others.isEmpty() && freezes.doubtsSolitude(now))) {
            return;
        }
        // After the list of members was read: while they change clusters it may lack everyone.
        if (isMember()) {
            end(round, others, true, accounted);
        }
    }

    private void end(Round round, Set<UUID> members, boolean complete, boolean accounted) {
        if (rounds.remove(round.question().id()) == null) {
            return;
        }
        round.answers().keySet().retainAll(members);
        List<String> answers = round.answers().values().stream()
                .filter(answer -> !answer.isEmpty())
                .toList();
        telling.execute(() -> round.replies().complete(new Replies(answers, complete, accounted)));
    }

    private boolean isMember() {
        HazelcastInstance instance = hazelcast;
        return instance != null && !between && instance.getLifecycleService().isRunning();
    }

    /** Notes which others there are, so that it is known who has left and whether this member was alone, and returns them. */
    private Set<UUID> noteOthers(long now) {
        Optional<List<Member>> listed = others();
        listed.ifPresent(others ->
                departures.members(others.stream().map(Questions::address).collect(Collectors.toSet())));
        Set<UUID> others =
                listed.stream().flatMap(List::stream).map(Member::getUuid).collect(Collectors.toSet());
        freezes.beat(now, !others.isEmpty());
        return others;
    }

    /**
     * Empty when there is no list of them. Members without a node are lite: what happens to them, a store that hangs say,
     * holds up no decision.
     */
    private Optional<List<Member>> others() {
        HazelcastInstance instance = hazelcast;
        if (instance == null || !instance.getLifecycleService().isRunning()) {
            return Optional.empty();
        }
        return Optional.of(instance.getCluster().getMembers().stream()
                .filter(member -> !member.localMember() && !member.isLiteMember())
                .toList());
    }

    private static InetSocketAddress address(Member member) {
        return new InetSocketAddress(
                member.getAddress().getHost(), member.getAddress().getPort());
    }

    /** Called on a thread of the cluster: everything that takes time is handed on. */
    private void received(Message<String> message) {
        Member from = message.getPublishingMember();
        // Whoever has an answer believes that this member hears and tells everyone, which it cannot between two
        // clusters.
        if (from == null || from.localMember() || between) {
            return;
        }
        try {
            PeerMessage decoded = PeerMessage.decode(message.getMessageObject());
            if (decoded instanceof Question question) {
                answering.asked(question.id(), question.text(), text -> answer(question.id(), text));
            } else if (decoded instanceof Answer answer && answer.from().equals(from.getUuid())) {
                thread.run(() -> answered(answer));
            }
        } catch (IllegalArgumentException e) {
            LOG.log(
                    WARNING,
                    "cluster {0}: what {1} asked or answered is not understood and was ignored: {2}",
                    cluster,
                    from.getAddress(),
                    e.getMessage());
        }
    }

    private void answer(UUID id, String text) {
        HazelcastInstance instance = hazelcast;
        if (instance != null) {
            publish(new Answer(id, instance.getCluster().getLocalMember().getUuid(), text));
        }
    }

    private void publish(PeerMessage message) {
        ITopic<String> present = topic;
        if (present == null) {
            return;
        }
        try {
            present.publish(message.encode());
        } catch (HazelcastInstanceNotActiveException e) {
            LOG.log(DEBUG, "cluster " + cluster + ": nothing is said between two clusters", e);
        }
    }
}
