package org.keepsake.node.grid;

import com.hazelcast.map.IMap;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.grid.GridChange.When;
import org.keepsake.node.store.Exptime;
import org.keepsake.node.store.ListedKey;
import org.keepsake.node.store.Listing;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Store;
import org.keepsake.node.store.Stored;

/**
 * The memory of the nodes as a store: each key on the member that owns its partition and on others as backup. Thread-safe.
 *
 * <p>What is answered was done by an owner that heard all others then, and is on the backups. When an owner dies a backup
 * takes its place and is asked the same once more.
 */
public final class GridStore implements Store {

    private static final String NAME = "grid";
    private static final String NOT_IN_TOUCH = "this node does not hear all others";
    private static final long MAX_ITEM_SIZE = 64L * 1024 * 1024;

    /** Versions are never used twice, so what was seen stays true. */
    private static final long EPOCH = 1;

    private final GridMember member;
    private final Duration timeout;

    /** @param timeout how long one operation may take */
    public GridStore(GridMember member, Duration timeout) {
        this.member = member;
        this.timeout = timeout;
    }

    static long newVersion() {
        return ThreadLocalRandom.current().nextLong() | 1;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Whether this node is a member that hears the others. */
    @Override
    public boolean up() {
        return mapInTouch() != null;
    }

    @Override
    public long epoch() {
        return EPOCH;
    }

    @Override
    public String incarnation() {
        return NAME;
    }

    @Override
    public long maxItemSize() {
        return MAX_ITEM_SIZE;
    }

    /** Whether this member owns it. */
    @Override
    public boolean isNear(String key) {
        GridCalls calls = member.calls();
        return calls == null || calls.isOwner(key);
    }

    @Override
    public CompletableFuture<Reply> gets(String key) {
        return getsRaw(key, value -> {});
    }

    /** As {@link #gets(String)}, with what was found told before, too. */
    CompletableFuture<Reply> getsRaw(String key, Consumer<GridValue> found) {
        return within(
                ask(key, GridRead::new, answer -> reply(answer, found), Reply::without),
                new Reply.Unknown("no answer within " + timeout.toMillis() + " ms"));
    }

    private static Reply reply(@Nullable Object answer, Consumer<GridValue> found) {
        if (answer instanceof byte[] bytes) {
            GridValue value = GridValue.decode(bytes);
            found.accept(value);
            return new Reply.Found(value.value(), value.version(), EPOCH);
        }
        return new Reply.Absent(EPOCH);
    }

    @Override
    public CompletableFuture<Stored> add(String key, byte[] value, int expiry) {
        return timely(addAnswered(key, value, expiry));
    }

    /** As {@link #add}, but it takes as long as the owner's answer takes. */
    CompletableFuture<Stored> addAnswered(String key, byte[] value, int expiry) {
        return write(key, When.ABSENT, 0, value, expiry, Outcome.NOT_STORED);
    }

    @Override
    public CompletableFuture<Stored> cas(String key, Reply.Found seen, byte[] value, int expiry) {
        return timely(casAnswered(key, seen, value, expiry));
    }

    /** As {@link #cas}, but it takes as long as the owner's answer takes. */
    CompletableFuture<Stored> casAnswered(String key, Reply.Found seen, byte[] value, int expiry) {
        return write(key, When.SEEN, seen.cas(), value, expiry, Outcome.EXISTS);
    }

    @Override
    public CompletableFuture<Stored> set(String key, byte[] value, int expiry) {
        return timely(write(key, When.ALWAYS, 0, value, expiry, Outcome.EXISTS));
    }

    private CompletableFuture<Stored> timely(CompletableFuture<Stored> stored) {
        return within(stored, new Stored(Outcome.UNKNOWN, 0, 0));
    }

    private <T> CompletableFuture<T> within(CompletableFuture<T> answer, T otherwise) {
        return answer.completeOnTimeout(otherwise, timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<Stored> write(
            String key, When when, long seen, byte[] value, int expiry, Outcome otherwise) {
        if (value.length > MAX_ITEM_SIZE) {
            return CompletableFuture.completedFuture(new Stored(Outcome.REFUSED, 0, 0));
        }
        long version = newVersion();
        long seconds = Exptime.left(expiry, System.currentTimeMillis());
        return ask(
                key,
                () -> {
                    long ends = ends(seconds);
                    byte[] next = seconds < 0 ? null : new GridValue(version, ends, value).encode();
                    return new GridChange(when, seen, next, seconds, ends, member.number());
                },
                answer -> stored(answer, seconds < 0 ? 0 : version, otherwise),
                (outcome, why) -> new Stored(outcome, 0, 0));
    }

    private static Stored stored(@Nullable Object answer, long version, Outcome otherwise) {
        return switch (GridChange.Result.of(answer)) {
            case DONE -> new Stored(Outcome.OK, version, EPOCH);
            case ANOTHER -> new Stored(otherwise, 0, EPOCH);
            case NOTHING -> new Stored(Outcome.ABSENT, 0, EPOCH);
        };
    }

    @Override
    public CompletableFuture<Outcome> touch(String key, int expiry) {
        long seconds = Exptime.left(expiry, System.currentTimeMillis());
        return within(
                ask(
                        key,
                        () -> new GridChange(When.TOUCH, 0, null, seconds, ends(seconds), member.number()),
                        answer -> stored(answer, 0, Outcome.ABSENT).outcome(),
                        (outcome, why) -> outcome),
                Outcome.UNKNOWN);
    }

    /** When something expires that has this exptime, by the cluster's time; 0 for never. */
    long ends(int expiry) {
        return ends(Exptime.left(expiry, System.currentTimeMillis()));
    }

    private long ends(long seconds) {
        return seconds <= 0 ? 0 : member.clusterTime() + TimeUnit.SECONDS.toMillis(seconds);
    }

    /** On a thread of its own: every member looks at all it owns. */
    @Override
    public CompletableFuture<Listing> list(List<String> prefixes) {
        CompletableFuture<Listing> listing = new CompletableFuture<>();
        Thread thread = new Thread(() -> listing.complete(listed(prefixes)), "sessions-list");
        thread.setDaemon(true);
        thread.start();
        return listing;
    }

    private Listing listed(List<String> prefixes) {
        try {
            long now = member.clusterTime();
            return new Listing.Keys(owned(prefixes).entrySet().stream()
                    .map(entry -> new ListedKey(entry.getKey(), entry.getValue().left(now)))
                    .toList());
        } catch (RuntimeException e) {
            return new Listing.Failed(e.toString());
        }
    }

    /**
     * What an owner has of a key.
     *
     * @param expiry when it expires by the cluster's time, 0 for never
     * @param length in bytes
     */
    record Owned(long version, long expiry, long length) {

        private long left(long now) {
            return expiry == 0 ? 0 : Math.max(1, (expiry - now) / 1000);
        }
    }

    /**
     * What there is of all keys that begin with one of these prefixes. Blocks: every member looks at all it owns.
     *
     * @throws RuntimeException if a member did not answer, or does not hear all others
     */
    Map<String, Owned> owned(List<String> prefixes) {
        Map<String, Owned> all = new HashMap<>();
        inTouch().executeOnEntries(new GridList(prefixes)).forEach((key, answer) -> {
            if (!(answer instanceof long[] owned)) {
                throw new IllegalStateException("a member is out of touch");
            }
            all.put(key, new Owned(owned[0], owned[1], owned[2]));
        });
        return all;
    }

    private IMap<String, byte[]> inTouch() {
        IMap<String, byte[]> map = mapInTouch();
        if (map == null) {
            throw new IllegalStateException(NOT_IN_TOUCH);
        }
        return map;
    }

    /** The map, as long as this node is a member that hears the others; null otherwise. */
    private @Nullable IMap<String, byte[]> mapInTouch() {
        IMap<String, byte[]> map = member.map();
        return map != null && member.isInTouch() ? map : null;
    }

    /**
     * Reads many keys in one go; blocks, for one operation's time at most.
     *
     * @return what was found
     * @throws RuntimeException if not all that have one of them answered in time
     */
    Map<String, GridValue> readAll(Set<String> keys) {
        Map<String, GridValue> found = new HashMap<>();
        inTouch()
                .submitToKeys(keys, new GridRead())
                .toCompletableFuture()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .join()
                .forEach((key, answer) -> {
                    if (!(answer instanceof byte[] bytes)) {
                        throw new IllegalStateException("a member is out of touch");
                    }
                    found.put(key, GridValue.decode(bytes));
                });
        return found;
    }

    private <T> CompletableFuture<T> ask(
            String key,
            Supplier<GridTask> task,
            Function<@Nullable Object, T> answered,
            BiFunction<Outcome, String, T> otherwise) {
        GridCalls calls = member.calls();
        if (calls == null || !member.isInTouch()) {
            return CompletableFuture.completedFuture(otherwise.apply(Outcome.NOT_SENT, NOT_IN_TOUCH));
        }
        if (!Store.isPlainKey(key)) {
            return CompletableFuture.completedFuture(otherwise.apply(Outcome.REFUSED, "no key: " + key));
        }
        return calls.ask(key, task.get()).handle((answer, failure) -> taken(answer, failure, answered, otherwise));
    }

    private static <T> T taken(
            @Nullable Object answer,
            @Nullable Throwable failure,
            Function<@Nullable Object, T> answered,
            BiFunction<Outcome, String, T> otherwise) {
        if (failure != null) {
            boolean sent = !(failure instanceof GridCalls.NotSent);
            return otherwise.apply(sent ? Outcome.UNKNOWN : Outcome.NOT_SENT, failure.toString());
        }
        if (GridTask.OUT_OF_TOUCH.equals(answer)) {
            return otherwise.apply(Outcome.UNKNOWN, "the member that has it does not hear all others");
        }
        try {
            return answered.apply(answer);
        } catch (IllegalArgumentException e) {
            return otherwise.apply(Outcome.UNKNOWN, e.toString());
        }
    }
}
