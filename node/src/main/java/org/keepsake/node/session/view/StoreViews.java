package org.keepsake.node.session.view;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.store.ListedKey;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Store;

/**
 * Which stores this node believes, kept in step with the stores themselves and with the other nodes. One for all
 * applications of a node. Thread-safe.
 *
 * <p>{@link #start} gives it two threads of its own: one looks round and decides ({@link #tick}), the other copies
 * records to stores that came back ({@link #synchronize}).
 */
public final class StoreViews implements Belief, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(StoreViews.class.getName());
    private static final Duration CALM = Duration.ofMillis(500);
    private static final Duration UNEASY = Duration.ofMillis(50);
    private static final Duration COPY_PAUSE = Duration.ofMillis(100);

    private final Supplier<List<MemcachedConnection>> ring;
    private final RandomGenerator random;
    private final Timing timing;
    private final ViewState state;
    private final Contact contact;
    private final ViewAgent agent;
    private final Synchronizer synchronizer;
    private final CountDownLatch settled = new CountDownLatch(1);

    /** After {@link #settled}. */
    private final CountDownLatch filled = new CountDownLatch(1);

    /** What {@link #holders} found out last, for as long as view and ring stay as they are. */
    private volatile @Nullable Placement placement;

    /** The holders by home, under one view and over one list of connections. */
    private record Placement(View view, List<MemcachedConnection> ring, ConcurrentMap<String, Holders> holders) {}

    /** Set by {@link #start}, once. */
    private volatile @Nullable Thread looking;

    private volatile @Nullable Thread copying;
    private volatile boolean closed;

    /** What puts the sessions of this node's heap into the stores when these have lost theirs. */
    private volatile Runnable heaps = () -> {};

    /** The keys of the sessions in this node's heap. */
    private volatile Supplier<List<ListedKey>> heapKeys = List::of;

    /**
     * @param ring the stores of the moment in ring order
     * @param random for what must differ between nodes
     * @param codec how records are kept in the stores
     */
    public StoreViews(
            Supplier<List<MemcachedConnection>> ring,
            Peers peers,
            Timing timing,
            RandomGenerator random,
            RecordCodec codec,
            ViewSettings settings) {
        this.ring = ring;
        this.random = random;
        this.timing = timing;
        this.state = new ViewState(settings.node(), timing);
        this.contact = new Contact(settings.node(), timing);
        this.agent = new ViewAgent(ring, peers, timing, random, settings, state, contact, this::wake);
        this.synchronizer = new Synchronizer(ring, timing, codec);
    }

    /** Answers what another node asks, see {@link Peers#answerWith}. */
    public String answer(String question) {
        return agent.answer(question);
    }

    /** Says what puts the sessions this node has in its heap into the stores, should these have lost them. */
    public void recoverWith(Runnable pushHeaps) {
        heaps = pushHeaps;
    }

    /**
     * Says which keys the sessions have that this node has in its heap, and how long stores keep them: where a store does
     * not list what it has, these are copied to stores that lack them.
     */
    public void listWith(Supplier<List<ListedKey>> keysOfHeaps) {
        heapKeys = keysOfHeaps;
    }

    /** Says whether this node has something in its heap that no store has: what it was given while none was there. */
    public void keepsWhere(BooleanSupplier keeping) {
        agent.keepsWhere(keeping);
    }

    /** Whether another node may have something in its heap that no store has. */
    public boolean mayBeKeptElsewhere() {
        return agent.mayBeKeptElsewhere();
    }

    @Override
    public void keeps(int seconds) {
        agent.keeps(seconds);
    }

    /** Looks round once; blocks for about as long as an operation on a store and a question to the nodes take. */
    public void tick() {
        agent.tick();
        if (filled.getCount() > 0) {
            state.view()
                    .filter(state::isConfirmed)
                    .filter(this::reachesBelieved)
                    .ifPresent(view -> {
                        settled.countDown();
                        if (agent.isUnlisted(view) || isFilled(view, MemcachedConnection::up)) {
                            filled.countDown();
                        }
                    });
        }
    }

    /** A node that has just started may hear of the view before it hears of every store in it. */
    private boolean reachesBelieved(View view) {
        Set<String> reached = ring.get().stream()
                .filter(MemcachedConnection::up)
                .map(store -> store.node().name())
                .collect(Collectors.toSet());
        return view.entries().stream()
                .filter(entry -> entry.isClean() && entry.placed())
                .allMatch(entry -> reached.contains(entry.name()));
    }

    /** Whether the next look should come soon. */
    public boolean isUneasy() {
        return agent.isUneasy();
    }

    /**
     * Copies what the present view wants copied, if this node is the one to do it; may take long. What no store lists each
     * node copies of its own heap; the rest is copied when it is used, until all that was not has expired. For how long
     * that has gone on each node knows that was there, so that it ends although some of them do.
     *
     * <p>A node that the others gave up goes by the view before until it finds this one in a store. By that view all
     * holders may have what it writes, while the store that is to be one of them was copied to already and misses it. So
     * where sessions are placed on another store, nothing is copied before such a node has found out, or acknowledges
     * nothing ({@link #acknowledges}).
     */
    public void synchronize() {
        View view = state.view().filter(state::isConfirmed).orElse(null);
        if (view == null) {
            return;
        }
        if (view.isRecovering() && agent.recovered() < view.number()) {
            heaps.run();
            agent.recovered(view.number());
        }
        if (!view.isUnsettled() || (view.isMoving() && !state.isKnownWide())) {
            return;
        }
        BooleanSupplier current = () -> state.view().filter(view::equals).isPresent() && state.isFresh();
        boolean unlisted = agent.isUnlisted(view);
        if (unlisted) {
            synchronizer.copyListed(view, heapKeys, current);
        }
        if (agent.leads() && (!unlisted || synchronizer.isTimeToListAgain())) {
            Synchronizer.Copied copied = synchronizer.copy(view, current);
            if (copied == Synchronizer.Copied.ALL) {
                agent.copied(view.number());
            } else if (copied == Synchronizer.Copied.ALL_LISTED && !unlisted) {
                agent.unlisted(view, synchronizer.unlisted());
            }
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // both are replaced whole, and never changed
    public Holders holders(String home) {
        ViewState.Current current = state.current();
        if (current == null || !state.isFresh()) {
            wake();
            return Holders.NONE;
        }
        Placement now = placement;
        List<MemcachedConnection> stores = ring.get();
        if (now == null || now.view() != current.view() || now.ring() != stores) {
            now = new Placement(current.view(), stores, new ConcurrentHashMap<>());
            placement = now;
        }
        Holders known = now.holders().get(home);
        return known == null ? place(now, home) : known;
    }

    /** Only homes that the view names are worth remembering: what else stands in an id, anybody can make up. */
    private static Holders place(Placement placement, String home) {
        Holders holders = holders(placement, home);
        if (placement.view().entry(home).isPresent()) {
            placement.holders().put(home, holders);
        }
        return holders;
    }

    private static Holders holders(Placement placement, String home) {
        View view = placement.view();
        List<Holders.Holder> believed = new ArrayList<>(2);
        List<Holders.Holder> told = new ArrayList<>(2);
        boolean all = true;
        boolean reachable = true;
        for (StoreEntry entry : view.holders(home)) {
            all &= entry.isClean();
            if (!entry.isDown()) {
                reachable &= add(placement, entry, entry.isClean() ? believed : told);
            }
        }
        for (StoreEntry entry : view.nextHolders(home)) {
            boolean there = has(believed, entry) || has(told, entry);
            all &= there;
            if (!there && !entry.isDown()) {
                reachable &= add(placement, entry, told);
            }
        }
        return new Holders(view.number(), reachable ? believed : List.of(), told, all);
    }

    @Override
    public List<Holders.Holder> believed() {
        ViewState.Current current = state.current();
        if (current == null || !state.isFresh()) {
            return List.of();
        }
        List<Holders.Holder> believed = new ArrayList<>();
        for (MemcachedConnection store : ring.get()) {
            current.view()
                    .entry(store.node().name())
                    .filter(StoreEntry::isClean)
                    .ifPresent(entry -> believed.add(new Holders.Holder(store, entry.incarnation())));
        }
        return believed;
    }

    private static boolean has(List<Holders.Holder> holders, StoreEntry entry) {
        return holders.stream().anyMatch(holder -> holder.name().equals(entry.name()));
    }

    private static boolean add(Placement placement, StoreEntry entry, List<Holders.Holder> holders) {
        for (MemcachedConnection store : placement.ring()) {
            if (store.node().name().equals(entry.name())) {
                holders.add(new Holders.Holder(store, entry.incarnation()));
                return true;
            }
        }
        return false;
    }

    @Override
    public Optional<Store> chooseHome() {
        View view = state.view().orElse(null);
        if (view == null) {
            return Optional.empty();
        }
        List<MemcachedConnection> homes = up(view, false);
        if (homes.isEmpty()) {
            homes = up(view, true);
        }
        return homes.isEmpty() ? Optional.empty() : Optional.of(homes.get(random.nextInt(homes.size())));
    }

    @Override
    public Optional<String> homeWhileAway() {
        List<String> homes = state.view().stream()
                .flatMap(view -> view.entries().stream())
                .filter(entry -> entry.placed() && entry.next() && !entry.failover())
                .map(StoreEntry::name)
                .toList();
        return homes.isEmpty() ? Optional.empty() : Optional.of(homes.get(random.nextInt(homes.size())));
    }

    /** Whether no node reaches a store that is believed, as all of them said lately. */
    public boolean isAway() {
        return state.isAway() && contact.present() != Contact.NONE;
    }

    /** Whether this node reached a store that is believed within the last moments. */
    public boolean isReaching() {
        return state.isReaching();
    }

    private List<MemcachedConnection> up(View view, boolean failover) {
        List<MemcachedConnection> up = new ArrayList<>();
        for (MemcachedConnection store : ring.get()) {
            boolean fit = view.entry(store.node().name())
                    .filter(entry -> entry.isClean() && entry.placed() && entry.next() && entry.failover() == failover)
                    .isPresent();
            if (fit && store.up()) {
                up.add(store);
            }
        }
        return up;
    }

    @Override
    public Standing standing(Holders.Holder holder, Reply answer, long number) {
        ViewState.Current current = state.current();
        if (current == null || !(answer instanceof Reply.Found found) || !holder.speaksIn(found.epoch())) {
            return Standing.NONE;
        }
        if (current.view().number() != number) {
            return Standing.NEWER;
        }
        return Arrays.equals(current.bytes(), found.value()) ? Standing.SAME : compare(found.value());
    }

    private Standing compare(byte[] bytes) {
        try {
            View theirs = View.decode(bytes);
            if (state.adopt(theirs)) {
                wake();
                return Standing.NEWER;
            }
            return state.view().filter(mine -> mine.comesFrom(theirs)).isPresent() ? Standing.OLDER : Standing.NONE;
        } catch (IllegalArgumentException e) {
            return Standing.NONE;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>While at most one store is at fault until it was copied to, that every node knows of the view adds nothing to
     * what else holds: who still goes by the one before finds this one in the answers of a store that both believe, and
     * nothing is copied before all know, or acknowledge no more ({@link #synchronize}). It is for the store that has the write being lost by
     * those who do not know yet that the other one has not: going by the view before, they would leave it out.
     */
    @Override
    public boolean acknowledges(long number) {
        ViewState.Current current = state.current();
        boolean good = current != null
                && current.view().number() == number
                && state.isConfirmed(current.view())
                && state.isUpToDate();
        if (!good) {
            wake();
        }
        return good;
    }

    /**
     * The number of the time for which this node and all others have heard each other, so that none can have changed a
     * session behind this one's back; 0 if they do not.
     */
    public long contact() {
        return contact.present();
    }

    /** This process stood still, so that others may have gone on without it: it must hear from them first. */
    public void lostContact() {
        contact.lost();
        wake();
    }

    @Override
    public void suspect(Store store) {
        wake();
    }

    /**
     * Waits until there is a view that every node goes by, and each store it believes is reached. Then it waits, as long
     * as there is time, until each store within reach has what it is to have: before, the next store that ends may be the
     * only one that has a session.
     *
     * @return whether there is such a view
     */
    public boolean awaitView(Duration atMost) throws InterruptedException {
        long until = timing.nanos() + atMost.toNanos();
        if (!settled.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        boolean unused = filled.await(until - timing.nanos(), TimeUnit.NANOSECONDS);
        return true;
    }

    /** Whether this node reaches every store, and each has everything it is to have. */
    public boolean isWhole() {
        return state.view()
                .filter(state::isConfirmed)
                .filter(view -> isFilled(view, store -> true))
                .isPresent();
    }

    /** Whether each of these stores is reached and has everything it is to have. */
    private boolean isFilled(View view, Predicate<MemcachedConnection> which) {
        return !view.isUnsettled()
                && ring.get().stream()
                        .filter(which)
                        .allMatch(
                                store -> store.up() && view.isClean(store.node().name(), store.incarnation()));
    }

    /** The view for people, "no view yet" if there is none. */
    public String describe() {
        return state.view().map(View::toString).orElse("no view yet");
    }

    /** Begins to look round, on threads of its own. */
    public void start() {
        looking = daemon("session-stores", this::lookRound);
        copying = daemon("session-copies", this::copyOn);
    }

    private static Thread daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void lookRound() {
        while (!closed) {
            guarded(this::tick);
            LockSupport.parkNanos((isUneasy() ? UNEASY : CALM).toNanos());
        }
    }

    private void copyOn() {
        while (!closed) {
            guarded(this::synchronize);
            timing.pause(COPY_PAUSE);
        }
    }

    /** A failure here must be seen, and must not end the thread that everything depends on. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the stores could not be looked after, trying again", e);
        }
    }

    private void wake() {
        LockSupport.unpark(looking);
    }

    @Override
    public void close() {
        closed = true;
        wake();
        LockSupport.unpark(copying);
    }
}
