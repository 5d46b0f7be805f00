package org.keepsake.node.grid;

import static java.util.Objects.requireNonNull;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.store.Exptime;
import org.keepsake.node.store.Listing;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Store;
import org.keepsake.node.store.Stored;

/**
 * The memory of the nodes as a store of which each has all sessions. Thread-safe.
 *
 * <p>Their owner decides about every change, as in {@link GridStore}; who made it then tells all other nodes but those
 * that have it as backups, and only when they all know, it is done. So each reads what it has itself. What is not sure to
 * be known by all, because an answer was lost or somebody was faster, the others are told to forget before this node goes
 * on with it.
 */
public final class ReplicatedGridStore implements Store, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ReplicatedGridStore.class.getName());

    private static final long EPOCH = 1;

    /** So many keys are fetched in one go, or fewer whose values are larger than this together. */
    private static final int FETCHED_AT_ONCE = 256;

    private static final long BYTES_AT_ONCE = 1024 * 1024;

    /** Fetching everything waits for answers, and what others are to be told again must not wait for that. */
    private static final int THREADS = 2;

    private static final Duration PURGE = Duration.ofMinutes(1);

    /** What others change at the same time is heard of by then, in whatever order. */
    private static final long CATCH_UP_MILLIS = 200;

    private final GridMember member;
    private final GridStore owners;
    private final Duration timeout;
    private final boolean waits;

    /** With which the keys begin of what all have; all else is with its owner and the backups alone. */
    private final String replicated;

    private final Replicas replicas = new Replicas();

    /** By key, what ends when all others have heard of the changes that were made here. */
    private final ConcurrentMap<String, CompletableFuture<Void>> untold = new ConcurrentHashMap<>();

    /** Keys of which this node does not know whether others have heard of the last change, each with its latest doubt. */
    private final ConcurrentMap<String, Doubt> doubtful = new ConcurrentHashMap<>();

    private final ScheduledThreadPoolExecutor timer;

    /** Compared by identity: what ends one of them does not end one that came meanwhile. */
    private static final class Doubt {}

    /** The generation of which everything was fetched. */
    private volatile long fetchedAll;

    /**
     * Begins to fetch what there is as soon as the cluster is joined.
     *
     * @param timeout how long one operation may take
     * @param waits whether a change is done only when all others know of it; otherwise when they were told
     * @param replicated with which the keys begin of what is read often enough for every node to have it
     */
    public ReplicatedGridStore(GridMember member, Duration timeout, boolean waits, String replicated) {
        this.member = member;
        this.owners = new GridStore(member, timeout);
        this.timeout = timeout;
        this.waits = waits;
        this.replicated = replicated;
        this.timer = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "session-replicas");
            thread.setDaemon(true);
            return thread;
        });
        member.listen(new GridListener() {
            @Override
            public void told(GridUpdate update) {
                takeForeign(update);
            }

            @Override
            public void backedUp(Replacement replacement, boolean own) {
                if (replacement.key().startsWith(replicated)) {
                    if (own) {
                        takeOwn(replacement);
                    } else {
                        takeForeign(replacement);
                    }
                }
            }

            @Override
            public void merged(String key) {
                forgetMerged(key);
            }
        });
    }

    /** Says who hears of the sessions that other nodes change from now on; null for nobody. */
    public void watch(@Nullable ReplicaWatcher watcher) {
        replicas.watch(watcher);
    }

    private void takeForeign(Replacement change) {
        replicas.changedThere(change, member.generation(), member.clusterTime());
        catchUp(change.key());
    }

    private void takeOwn(Replacement change) {
        replicas.changedHere(change, member.generation(), member.clusterTime());
        catchUp(change.key());
    }

    /** A watcher is not kept waiting until somebody asks for the session here. */
    private void catchUp(String key) {
        if (!replicas.isOwed(key)) {
            return;
        }
        try {
            var unused = timer.schedule(
                    () -> {
                        if (replicas.isOwed(key)) {
                            var unusedReply = gets(key);
                        }
                    },
                    CATCH_UP_MILLIS,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            LOG.log(Level.DEBUG, "sessions: this node stops, its listeners hear nothing more", stopping);
        }
    }

    /** What two parts of the cluster had becomes a third here, of which no node has heard. */
    private void forgetMerged(String key) {
        if (!key.startsWith(replicated)) {
            return;
        }
        try {
            timer.execute(() -> {
                var unused = announce(GridUpdate.forgetting(key));
            });
        } catch (RejectedExecutionException stopping) {
            LOG.log(Level.DEBUG, "sessions: this node stops, others forget what it had", stopping);
        }
    }

    /** Begins to have everything, and to let go of what has expired. */
    public void start() {
        every(Duration.ofMillis(100), this::fetchAll);
        every(PURGE, this::purge);
    }

    private void purge() {
        replicas.purge(member.generation(), member.clusterTime());
        doubtful.keySet().forEach(this::settle);
    }

    private void settle(String key) {
        Doubt doubt = doubtful.get(key);
        if (doubt != null) {
            var unused = announce(GridUpdate.forgetting(key)).thenRun(() -> doubtful.remove(key, doubt));
        }
    }

    private void every(Duration pause, Runnable work) {
        var unused = timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        LOG.log(Level.WARNING, "sessions: replicas could not be looked after, trying again", e);
                    }
                },
                pause.toMillis(),
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Whether this node has had everything once since it last may have missed something. */
    public boolean hasAll() {
        long generation = member.generation();
        return generation != 0 && fetchedAll == generation;
    }

    private void fetchAll() {
        long generation = member.generation();
        if (generation == 0 || generation == fetchedAll) {
            return;
        }
        try {
            fetchMissing(generation);
            fetchedAll = generation;
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "sessions: not all could be fetched, trying again", e);
        }
    }

    private void fetchMissing(long generation) {
        List<String> next = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<String, GridStore.Owned> entry :
                owners.owned(List.of(replicated)).entrySet()) {
            GridStore.Owned owned = entry.getValue();
            if (replicas.confirm(entry.getKey(), owned.version(), owned.expiry(), generation)) {
                continue;
            }
            next.add(entry.getKey());
            bytes += owned.length();
            if (next.size() == FETCHED_AT_ONCE || bytes > BYTES_AT_ONCE) {
                fetch(next, generation);
                next.clear();
                bytes = 0;
            }
        }
        fetch(next, generation);
    }

    private void fetch(List<String> keys, long generation) {
        Map<String, Object> fetching = new HashMap<>();
        keys.forEach(key -> fetching.put(key, replicas.fetching(key, generation, member.clusterTime())));
        try {
            owners.readAll(fetching.keySet())
                    .forEach((key, value) -> replicas.fetched(key, requireNonNull(fetching.get(key)), value));
        } finally {
            fetching.forEach(replicas::notFetched);
        }
    }

    private static boolean isAnswer(Reply reply) {
        return reply instanceof Reply.Found || reply instanceof Reply.Absent;
    }

    @Override
    public String name() {
        return owners.name();
    }

    @Override
    public boolean up() {
        return owners.up();
    }

    @Override
    public long epoch() {
        return EPOCH;
    }

    @Override
    public String incarnation() {
        return owners.incarnation();
    }

    @Override
    public long maxItemSize() {
        return owners.maxItemSize();
    }

    @Override
    public boolean isNear(String key) {
        return owners.isNear(key);
    }

    @Override
    public CompletableFuture<Reply> gets(String key) {
        if (!key.startsWith(replicated)) {
            return owners.gets(key);
        }
        CompletableFuture<Void> telling = waits ? untold.get(key) : null;
        if (telling != null && !telling.isDone()) {
            return telling.thenCompose(unused -> gets(key))
                    .completeOnTimeout(
                            new Reply.Unknown("not all nodes have heard of the last change"),
                            timeout.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
        Doubt doubt = doubtful.get(key);
        if (doubt != null) {
            return fetch(key)
                    .thenCompose(reply ->
                            isAnswer(reply) ? agreed(key, doubt, reply) : CompletableFuture.completedFuture(reply));
        }
        long generation = member.generation();
        Replicas.Found found = generation == 0 ? null : replicas.get(key, generation, member.clusterTime());
        return found == null
                ? fetch(key)
                : CompletableFuture.completedFuture(new Reply.Found(found.value(), found.version(), EPOCH));
    }

    private CompletableFuture<Reply> fetch(String key) {
        Object fetching = replicas.fetching(key, member.generation(), member.clusterTime());
        return owners.getsRaw(key, value -> replicas.fetched(key, fetching, value))
                .thenApply(reply -> {
                    if (!(reply instanceof Reply.Found)) {
                        replicas.notFetched(key, fetching);
                    }
                    return reply;
                });
    }

    /** No other node has anything older when this is answered. */
    private CompletableFuture<Reply> agreed(String key, Doubt doubt, Reply reply) {
        return tell(GridUpdate.forgetting(key))
                .thenApply(unused -> {
                    doubtful.remove(key, doubt);
                    return reply;
                })
                .completeOnTimeout(
                        new Reply.Unknown("not all nodes have answered"), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletableFuture<Stored> add(String key, byte[] value, int expiry) {
        return change(key, 0, new byte[0], value, expiry, () -> owners.addAnswered(key, value, expiry));
    }

    @Override
    public CompletableFuture<Stored> cas(String key, Reply.Found seen, byte[] value, int expiry) {
        return change(key, seen.cas(), seen.value(), value, expiry, () -> owners.casAnswered(key, seen, value, expiry));
    }

    @Override
    public CompletableFuture<Stored> set(String key, byte[] value, int expiry) {
        return owners.set(key, value, expiry);
    }

    private CompletableFuture<Stored> change(
            String key, long before, byte[] old, byte[] value, int expiry, Supplier<CompletableFuture<Stored>> owner) {
        if (!key.startsWith(replicated)) {
            return owner.get();
        }
        Attempt attempt = new Attempt(member.calls(), key);
        return owner.get()
                .thenCompose(stored -> {
                    if (stored.outcome() != Outcome.OK) {
                        return CompletableFuture.completedFuture(notDone(key, stored));
                    }
                    // What was not there any more was removed on no backup either.
                    CompletableFuture<Void> told = stored.cas() == 0
                            ? announce(GridUpdate.forgetting(key))
                            : announce(
                                    GridUpdate.of(key, before, old, stored.cas(), value, owners.ends(expiry)),
                                    attempt.toldBackups());
                    return waits ? told.thenApply(unused -> stored) : CompletableFuture.completedFuture(stored);
                })
                .completeOnTimeout(new Stored(Outcome.UNKNOWN, 0, 0), timeout.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(stored -> {
                    if (stored.outcome() == Outcome.UNKNOWN) {
                        doubtful.put(key, new Doubt());
                    }
                    return stored;
                });
    }

    /** Heard in time or later: what this node has is old, or may be. */
    private Stored notDone(String key, Stored stored) {
        doubtful.put(key, new Doubt());
        takeOwn(GridUpdate.forgetting(key));
        if (stored.outcome() == Outcome.UNKNOWN) {
            settle(key);
        }
        return stored;
    }

    /** Goes by it as soon as all others know, see {@link #tell}. */
    private CompletableFuture<Void> announce(GridUpdate update) {
        return announce(update, Set.of());
    }

    private CompletableFuture<Void> announce(GridUpdate update, Set<UUID> knowing) {
        CompletableFuture<Void> told = held(update.key());
        takeOwn(update);
        return tell(update, knowing, told);
    }

    /** Ends when all others know of it, or are members no more; until then this node does not go by it itself. */
    private CompletableFuture<Void> tell(GridUpdate update) {
        return tell(update, Set.of(), held(update.key()));
    }

    private CompletableFuture<Void> tell(GridUpdate update, Set<UUID> knowing, CompletableFuture<Void> told) {
        var unused = new Telling(member, update, knowing, timer)
                .begin()
                .whenComplete((done, stopping) -> told.complete(null));
        return told;
    }

    /** Until it ends, this node does not go by what it has of the key. */
    private CompletableFuture<Void> held(String key) {
        CompletableFuture<Void> told = new CompletableFuture<>();
        CompletableFuture<Void> all =
                untold.merge(key, told, (before, now) -> before.thenCombine(now, (one, other) -> null));
        var unused = all.whenComplete((done, failed) -> untold.remove(key, all));
        return told;
    }

    @Override
    public CompletableFuture<Outcome> touch(String key, int expiry) {
        CompletableFuture<Outcome> touched = owners.touch(key, expiry);
        return key.startsWith(replicated) && Exptime.left(expiry, System.currentTimeMillis()) < 0
                ? touched.thenCompose(outcome -> ended(key, outcome))
                : touched;
    }

    private CompletableFuture<Outcome> ended(String key, Outcome outcome) {
        return announce(GridUpdate.forgetting(key))
                .thenApply(unused -> outcome)
                .completeOnTimeout(Outcome.UNKNOWN, timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletableFuture<Listing> list(List<String> prefixes) {
        return owners.list(prefixes);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
