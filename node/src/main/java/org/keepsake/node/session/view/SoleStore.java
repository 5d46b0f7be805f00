package org.keepsake.node.session.view;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.session.view.Holders.Holder;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Store;

/**
 * The one store that has all sessions and is always believed: there is nothing for nodes to agree on but who hears whom,
 * and whether any of them reaches it. Thread-safe.
 *
 * <p>Twice a second a node asks all others {@code sole NODE REACHES KEEPS}, and is answered in the same words: the id of
 * the node, whether it reaches the store, and whether it has something in its heap that the store has not.
 */
public final class SoleStore implements Belief, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SoleStore.class.getName());

    private static final String SOLE = "sole ";
    private static final Duration CALM = Duration.ofMillis(500);
    private static final Duration UNEASY = Duration.ofMillis(100);

    /** Whoever finds that something is wrong wakes it, many at once perhaps. */
    private static final Duration SHORTEST = Duration.ofMillis(20);

    /** There is one view, for ever. */
    private static final long VIEW = 1;

    /** For how long what was found says something. */
    private static final long FRESH = Duration.ofSeconds(2).toNanos();

    /** For how long a look says that the store is reached: shorter than {@link #FRESH}. */
    private static final long REACHED = Duration.ofMillis(1_500).toNanos();

    private final Store store;
    private final Peers peers;
    private final Timing timing;
    private final String node;
    private final String setting;
    private final Contact contact;
    private final KeptElsewhere elsewhere;
    private final Holders holders;

    private volatile Runnable beat = () -> {};
    private volatile BooleanSupplier keeps = () -> false;
    private volatile boolean closed;
    private volatile @Nullable Thread looking;

    /** When a question was sent that all who are members now have answered, in nanoseconds. */
    private volatile long lastComplete;

    /** What was asked before, in nanoseconds, proves nothing. */
    private volatile long notBefore;

    /** Numbers the times in which this node was in touch. */
    private final AtomicLong touch = new AtomicLong();

    /** Whether this process stood still since the last answers of all. */
    private volatile boolean stoodStill;

    /** When this node last reached the store, in nanoseconds. */
    private volatile long lastReached;

    /** When all others were asked whether they reach it and none did, in nanoseconds; null if one does. */
    private volatile @Nullable Long lastAway;

    /** What a node says of itself. */
    private record Word(String node, boolean reaches, boolean keeps) {

        /** @throws IllegalArgumentException if it is something else */
        static Word decode(String text) {
            String[] words = text.split(" ", -1);
            if (words.length != 4 || !text.startsWith(SOLE)) {
                throw new IllegalArgumentException("a node that says something else");
            }
            return new Word(words[1], Boolean.parseBoolean(words[2]), Boolean.parseBoolean(words[3]));
        }

        String encode() {
            return SOLE + node + " " + reaches + " " + keeps;
        }
    }

    /**
     * Knows nobody until it is {@link #start started}.
     *
     * @param node this node's id, unique in the cluster, NAME-RANDOM
     * @param setting the option to look at when the store is not reached
     */
    public SoleStore(Store store, Peers peers, Timing timing, String node, String setting) {
        this.store = store;
        this.peers = peers;
        this.timing = timing;
        this.node = node;
        this.setting = setting;
        this.contact = new Contact(node, timing);
        this.elsewhere = new KeptElsewhere(timing);
        this.holders = new Holders(VIEW, List.of(new Holder(store, store.incarnation())), List.of(), true);
        this.lastReached = timing.nanos() - REACHED;
        this.notBefore = timing.nanos();
        this.lastComplete = notBefore - FRESH;
    }

    @Override
    public Holders holders(String home) {
        return holders;
    }

    @Override
    public List<Holder> believed() {
        return holders.believed();
    }

    @Override
    public Optional<Store> chooseHome() {
        return store.up() ? Optional.of(store) : Optional.empty();
    }

    @Override
    public Optional<String> homeWhileAway() {
        return Optional.of(store.name());
    }

    @Override
    public boolean hasViews() {
        return false;
    }

    @Override
    public Standing standing(Holder holder, Reply view, long number) {
        return Standing.SAME;
    }

    @Override
    public boolean acknowledges(long number) {
        return true;
    }

    @Override
    public String setting() {
        return setting;
    }

    @Override
    public void suspect(Store suspected) {
        LockSupport.unpark(looking);
    }

    /** Says what to do at each look round, about twice a second. */
    public void onLook(Runnable action) {
        beat = action;
    }

    /** Says whether this node has something in its heap that the store has not. */
    public void keepsWhere(BooleanSupplier keeping) {
        keeps = keeping;
    }

    /** Whether another node may have something in its heap that the store has not. */
    public boolean mayBeKeptElsewhere() {
        return elsewhere.isPossible();
    }

    /** The number of the time for which all nodes have heard each other, 0 if they do not. */
    public long contact() {
        return contact.present();
    }

    /** This process stood still, so that others may have gone on without it: it must hear from them first. */
    public void lostContact() {
        stoodStill = true;
        contact.lost();
        lostTouch();
    }

    /** Another node has come, and may have something that this one does not know of: it must be heard first. */
    public void lostTouch() {
        notBefore = timing.nanos();
        LockSupport.unpark(looking);
    }

    /**
     * Whether all who are members now have answered within the last moments, fewer than pass before one that does not is
     * a member no more. Unlike a {@link #contact} it goes on without a node that is gone, whether it has ended or not.
     */
    public boolean isInTouch() {
        long complete = lastComplete;
        return timing.nanos() - complete < FRESH && complete - notBefore >= 0 && !stoodStill;
    }

    /** The number of the time for which this node has been {@link #isInTouch in touch}; 0 if it is not. */
    public long touch() {
        long present = touch.get();
        return isInTouch() ? present : 0;
    }

    /** Whether no node reaches the store, as all of them said lately. */
    public boolean isAway() {
        Long asked = lastAway;
        return asked != null && timing.nanos() - asked < FRESH && contact.present() != Contact.NONE;
    }

    /** Whether this node reached the store within the last moments. */
    public boolean isReaching() {
        return timing.nanos() - lastReached < REACHED;
    }

    /** Waits until the store was reached and all others were heard; whether that came about in time. */
    public boolean await(Duration atMost) {
        long until = timing.nanos() + atMost.toNanos();
        while (!isReaching() || contact.present() == Contact.NONE) {
            if (timing.nanos() - until >= 0) {
                return false;
            }
            timing.pause(Duration.ofMillis(20));
        }
        return true;
    }

    /** Begins to look round, on a thread of its own. */
    public void start() {
        Thread thread = new Thread(this::lookRound, "session-store");
        thread.setDaemon(true);
        thread.start();
        looking = thread;
    }

    private void lookRound() {
        while (!closed) {
            try {
                beat.run();
                tick();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "the store could not be looked after, trying again", e);
            }
            timing.pause(SHORTEST);
            boolean uneasy = !isReaching() || contact.present() == Contact.NONE;
            LockSupport.parkNanos((uneasy ? UNEASY : CALM).toNanos());
        }
    }

    /** One look round; blocks for as long as a question to the nodes takes. */
    void tick() {
        long begun = timing.nanos();
        if (store.up()) {
            reached(begun);
        }
        Word own = word();
        long asked = timing.nanos();
        var question = peers.ask(own.encode(), ViewSettings.ASK);
        timing.await(question);
        Peers.Round round = question.join();
        List<Word> words = round.answers().stream()
                .map(this::understood)
                .filter(Objects::nonNull)
                .toList();
        if (!round.complete()) {
            elsewhere.possible();
            lastAway = null;
            return;
        }
        if (asked - notBefore < 0) {
            return;
        }
        if (stoodStill || asked - lastComplete >= FRESH) {
            stoodStill = false;
            var unused = touch.incrementAndGet();
        }
        lastComplete = asked;
        if (round.accounted() && words.stream().noneMatch(Word::keeps)) {
            elsewhere.nothing(asked);
        }
        contact.answered(asked, words.stream().map(Word::node).collect(Collectors.toSet()), round.accounted());
        boolean away = !own.reaches() && words.stream().noneMatch(Word::reaches);
        lastAway = away ? asked : null;
    }

    private void reached(long when) {
        lastReached = when;
        lastAway = null;
    }

    private Word word() {
        boolean reaches = store.up();
        elsewhere.telling(VIEW, reaches);
        // In this order: it keeps something only while it is away.
        boolean keeping = isAway() || keeps.getAsBoolean();
        return new Word(node, reaches, keeping);
    }

    private @Nullable Word understood(String text) {
        try {
            return Word.decode(text);
        } catch (IllegalArgumentException e) {
            LOG.log(
                    Level.WARNING,
                    "node {0}: a node answered what is not understood here; do all have the same --session-manager?",
                    node);
            return null;
        }
    }

    /** Answers another node's question; "" if it is none of these. */
    public String answer(String question) {
        if (!question.startsWith(SOLE)) {
            return "";
        }
        Word theirs = understood(question);
        if (theirs == null) {
            return "";
        }
        contact.askedBy(theirs.node());
        return word().encode();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(looking);
    }
}
