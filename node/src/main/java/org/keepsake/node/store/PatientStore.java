package org.keepsake.node.store;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Place} as a store: its operations are waited for by threads of this store, for no longer than one operation
 * may take. Thread-safe.
 *
 * <p>Whether the place is reached is what the last operation found, and a probe twice a second while none is made.
 */
public final class PatientStore implements Store, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(PatientStore.class.getName());
    private static final int WAITING_AT_MOST = 10_000;
    private static final Duration PROBE = Duration.ofMillis(500);
    private static final Duration PURGE = Duration.ofMinutes(1);

    /** The one that is never lost: what was seen stays true, because versions are never used twice. */
    private static final long EPOCH = 1;

    private final String name;
    private final Place place;
    private final Duration timeout;
    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor timer;

    private volatile boolean up;

    /** Why it is not reached, said once; null while it is. Guarded by this. */
    private @Nullable String told;

    /**
     * Begins to look for the place, and returns.
     *
     * @param name stands in ids
     * @param timeout how long one operation may take
     * @param threads how many operations are under way at once
     */
    public static PatientStore over(String name, Place place, Duration timeout, int threads) {
        PatientStore store = new PatientStore(name, place, timeout, threads);
        store.start();
        return store;
    }

    private PatientStore(String name, Place place, Duration timeout, int threads) {
        this.name = name;
        this.place = place;
        this.timeout = timeout;
        this.threads = new ThreadPoolExecutor(
                threads,
                threads,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING_AT_MOST),
                task -> daemon(task, "store-" + name));
        this.threads.allowCoreThreadTimeOut(true);
        this.timer = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "store-" + name + "-timer"));
        this.timer.setRemoveOnCancelPolicy(true);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void start() {
        every(PROBE, place::probe);
        every(PURGE, place::purge);
    }

    /** One at a time: what hangs is not asked again. */
    private void every(Duration pause, Work work) {
        var unused = timer.scheduleWithFixedDelay(
                () -> run(work), pause.equals(PURGE) ? pause.toMillis() : 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private interface Work {
        void run() throws Unreachable;
    }

    private void run(Work work) {
        try {
            work.run();
            reached();
        } catch (Unreachable e) {
            failed(e.getMessage());
        } catch (RuntimeException e) {
            failed(e.toString());
        }
    }

    private void reached() {
        if (!up) {
            synchronized (this) {
                up = true;
                LOG.log(told == null ? Level.INFO : Level.WARNING, "{0}: {1} is reached", name, place.describe());
                told = null;
            }
        }
    }

    private synchronized void failed(@Nullable String why) {
        up = false;
        if (told == null && !timer.isShutdown()) {
            told = why;
            LOG.log(
                    Level.WARNING,
                    "{0}: {1} is not reached ({2}); sessions wait for it, see --persistent-store",
                    name,
                    place.describe(),
                    why);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean up() {
        return up;
    }

    @Override
    public long epoch() {
        return EPOCH;
    }

    @Override
    public String incarnation() {
        return name;
    }

    @Override
    public long maxItemSize() {
        return place.maxItemSize();
    }

    /** For people. */
    public String describe() {
        return place.describe() + (up ? "" : ", not reached");
    }

    @Override
    public CompletableFuture<Reply> gets(String key) {
        return ask(key, () -> reply(place.read(key)), Reply::without);
    }

    private static Reply reply(Optional<Place.Kept> there) {
        return there.map(kept -> (Reply) new Reply.Found(kept.value(), kept.version(), EPOCH))
                .orElseGet(() -> new Reply.Absent(EPOCH));
    }

    @Override
    public CompletableFuture<Stored> add(String key, byte[] value, int expiry) {
        return write(key, value, () -> stored(place.add(key, value, left(expiry))));
    }

    @Override
    public CompletableFuture<Stored> cas(String key, Reply.Found seen, byte[] value, int expiry) {
        return write(key, value, () -> stored(replaced(key, seen.cas(), value, left(expiry))));
    }

    private Place.Written replaced(String key, long version, byte[] value, long seconds) throws Unreachable {
        return seconds < 0
                ? new Place.Written(place.remove(key, version), 0)
                : place.replace(key, version, value, seconds);
    }

    @Override
    public CompletableFuture<Stored> set(String key, byte[] value, int expiry) {
        return write(key, value, () -> stored(place.set(key, value, left(expiry))));
    }

    private static Stored stored(Place.Written written) {
        return new Stored(written.outcome(), written.version(), EPOCH);
    }

    private CompletableFuture<Stored> write(String key, byte[] value, Operation<Stored> write) {
        if (value.length > place.maxItemSize()) {
            return CompletableFuture.completedFuture(notStored(Outcome.REFUSED, "too large"));
        }
        return ask(key, write, PatientStore::notStored);
    }

    private static Stored notStored(Outcome outcome, String why) {
        return new Stored(outcome, 0, 0);
    }

    @Override
    public CompletableFuture<Outcome> touch(String key, int expiry) {
        return ask(key, () -> place.touch(key, left(expiry)) ? Outcome.OK : Outcome.ABSENT, (outcome, why) -> outcome);
    }

    private static long left(int expiry) {
        return Exptime.left(expiry, System.currentTimeMillis());
    }

    /** On a thread of its own, because it may take longer than an operation. */
    @Override
    public CompletableFuture<Listing> list(List<String> prefixes) {
        CompletableFuture<Listing> listing = new CompletableFuture<>();
        daemon(() -> listing.complete(listed(prefixes)), "store-" + name + "-list")
                .start();
        return listing;
    }

    private Listing listed(List<String> prefixes) {
        try {
            return new Listing.Keys(place.list(prefixes));
        } catch (Unreachable e) {
            return new Listing.Failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            return new Listing.Failed(e.toString());
        }
    }

    private interface Operation<T> {
        T run() throws Unreachable;
    }

    private interface NoAnswer<T> {
        T of(Outcome outcome, String why);
    }

    private <T> CompletableFuture<T> ask(String key, Operation<T> operation, NoAnswer<T> otherwise) {
        if (!Store.isPlainKey(key)) {
            return CompletableFuture.completedFuture(otherwise.of(Outcome.REFUSED, "no key: " + key));
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> answer(answer, operation, otherwise));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(otherwise.of(Outcome.NOT_SENT, name + ": too many are waiting"));
        }
        return answer.completeOnTimeout(
                otherwise.of(Outcome.UNKNOWN, name + ": no answer within " + timeout.toMillis() + " ms"),
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** What nobody waits for any more is not even begun. */
    private <T> void answer(CompletableFuture<T> answer, Operation<T> operation, NoAnswer<T> otherwise) {
        if (answer.isDone()) {
            return;
        }
        try {
            answer.complete(operation.run());
            reached();
        } catch (Unreachable e) {
            failed(e.getMessage());
            answer.complete(
                    otherwise.of(e.wasSent() ? Outcome.UNKNOWN : Outcome.NOT_SENT, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            failed(e.toString());
            answer.complete(otherwise.of(Outcome.UNKNOWN, e.toString()));
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        threads.shutdown();
        try {
            boolean unusedInTime = threads.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        place.close();
    }
}
