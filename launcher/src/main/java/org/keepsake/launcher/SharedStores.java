package org.keepsake.launcher;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.keepsake.launcher.cluster.ClusterThread;
import org.keepsake.node.memcached.MemcachedNode;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.view.Peers;

/**
 * The stores that an operator names for all nodes of the cluster while they run. Thread-safe.
 *
 * <p>Nodes tell each other what was named last, and take what is later than their own, until all say the same: when
 * something was named, when the membership changed, and every now and then. So a node that joins later, or that was cut
 * off meanwhile, learns it too.
 *
 * <p>A question is {@code stores} and the list the asking node has ({@link NamedStores}); the answer is {@code stores}, the
 * name of the answering node, and the list that node has by then.
 */
final class SharedStores implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SharedStores.class.getName());
    private static final String STORES = "stores ";

    /** Two of them fit into the time in which the admin port must answer. */
    private static final Duration ASK = Duration.ofSeconds(2);

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int TICKS_BETWEEN_LOOKS = 10;

    /** Which nodes go by a list, and which did not say so yet. */
    record Taken(Set<String> by, Set<String> missing) {}

    /** Not every node can be told now, so nobody was. */
    static final class NotReached extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotReached(String message) {
            super(message, null, false, false);
        }
    }

    /** Before this process has begun to join. */
    private static final Peers NOBODY = new Peers() {
        @Override
        public CompletableFuture<Round> ask(String question, Duration atMost) {
            return CompletableFuture.completedFuture(new Round(List.of(), false, false));
        }

        @Override
        public void answerWith(UnaryOperator<String> answer) {
            // Nobody asks.
        }
    };

    private final String node;
    private final NodeStores stores;
    private final Consumer<MemcachedNodes> changed;
    private final ClusterThread thread;

    /** Held while a list is taken and told on. */
    private final Object taking = new Object();

    private volatile Peers peers = NOBODY;

    /** Grows with everything after which the others must be asked again. */
    private final AtomicLong news = new AtomicLong(1);

    /** The news after which all others said that they have the same list. */
    private volatile long agreed;

    /** Belongs to the thread. */
    private int ticks;

    /** What another node said. */
    private record Answer(String node, NamedStores has) {}

    /**
     * Knows nobody until {@link #join}.
     *
     * @param cluster whose nodes have their stores in common
     * @param node the name of this process's node
     * @param changed is told each new list
     */
    SharedStores(String cluster, String node, NodeStores stores, Consumer<MemcachedNodes> changed) {
        this.thread = new ClusterThread(cluster, "keepsake-stores");
        this.node = node;
        this.stores = stores;
        this.changed = changed;
    }

    /** From now on these are asked; how they are answered is for the caller to see to, by {@link #answer}. */
    void join(Peers others) {
        peers = others;
        thread.every(TICK, this::tick);
    }

    /**
     * Names the stores of every node. Blocks for a few seconds at most.
     *
     * @throws NotReached when not every node of the cluster answers; nothing is changed then
     */
    synchronized Taken name(List<MemcachedNode> nodes) {
        Peers.Round before = ask().join();
        List<Answer> present = heard(before);
        if (!before.complete()) {
            throw new NotReached("memcached nodes: nothing was changed, because not every node of the cluster answers;"
                    + " one that is gone is left out a few seconds later");
        }
        NamedStores named = stores.named().next(node, nodes);
        take(named);
        Set<String> taken = new TreeSet<>(Set.of(node));
        taken.addAll(namesOf(heard(ask().join()), named));
        Set<String> missing = new TreeSet<>();
        present.forEach(answer -> missing.add(answer.node()));
        missing.removeAll(taken);
        if (!missing.isEmpty()) {
            LOG.log(WARNING, "memcached nodes: not taken yet by {0}, which are told again", missing);
        }
        return new Taken(taken, missing);
    }

    private static Set<String> namesOf(List<Answer> answers, NamedStores named) {
        return answers.stream()
                .filter(answer -> answer.has().equals(named))
                .map(Answer::node)
                .collect(Collectors.toSet());
    }

    private CompletableFuture<Peers.Round> ask() {
        return peers.ask(STORES + stores.named().encode(), ASK);
    }

    /** Whether a question of another node is one that {@link #answer} answers. */
    static boolean isOne(String question) {
        return question.startsWith(STORES);
    }

    /** Answers another node, and takes its list if that is the later one. */
    String answer(String question) {
        try {
            take(NamedStores.decode(question.substring(STORES.length())));
        } catch (IllegalArgumentException e) {
            notUnderstood(e);
            return "";
        }
        return STORES + node + " " + stores.named().encode();
    }

    /** What was understood of the answers; what is later than what this node has is taken. */
    private List<Answer> heard(Peers.Round round) {
        List<Answer> heard = new ArrayList<>();
        for (String text : round.answers()) {
            try {
                String[] parts = text.substring(STORES.length()).split(" ", 2);
                heard.add(new Answer(parts[0], NamedStores.decode(parts[1])));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                notUnderstood(e);
            }
        }
        heard.forEach(answer -> take(answer.has()));
        return heard;
    }

    private static void notUnderstood(RuntimeException e) {
        LOG.log(WARNING, "memcached nodes: what another node says is not understood here: {0}", e.getMessage());
    }

    /** Whoever comes second waits: who says that this node has a list says that it goes by it. */
    private void take(NamedStores later) {
        synchronized (taking) {
            stores.take(later).ifPresent(ring -> {
                LOG.log(INFO, "memcached nodes: {0}, named at node {1}", ring.nodes(), later.by());
                changed.accept(ring);
                membersChanged();
            });
        }
    }

    /** Somebody may have come who does not know. */
    void membersChanged() {
        news.incrementAndGet();
    }

    /** Those who have it all in common are asked again at longer intervals only. */
    private void tick() {
        long now = news.get();
        if (agreed != now || ++ticks >= TICKS_BETWEEN_LOOKS) {
            ticks = 0;
            var unused = ask().thenAccept(round -> compare(round, now));
        }
    }

    private void compare(Peers.Round round, long asked) {
        List<Answer> answers = heard(round);
        if (round.complete()
                && namesOf(answers, stores.named()).size() == round.answers().size()) {
            agreed = asked;
        }
    }

    @Override
    public void close() {
        thread.close(Duration.ZERO);
    }
}
