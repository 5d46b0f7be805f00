package org.keepsake.node.memcached;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.store.Listing;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Stored;

/** A store through all its epochs: checks what is asked of it and hands it to the epoch there is. Thread-safe. */
final class StoreConnection implements MemcachedConnection {

    /** An item is the value, the key and what memcached keeps with them: header, CAS id, flags, line end. */
    private static final int ITEM_OVERHEAD = 64;

    private static final int MOST_KEYS = 100;
    private static final long ONE_COMPLAINT_NANOS = 1_000_000_000L;
    private static final Logger LOG = System.getLogger(StoreConnection.class.getName());

    /** The last number given out for a store of this name, shared with the connection to its former address. */
    private final AtomicLong numbers;

    /** Written by the keeper. */
    private volatile long epoch;

    private final ConnectionSettings settings;
    private final Commands commands;
    private final AtomicLong lastComplaint = new AtomicLong(System.nanoTime() - ONE_COMPLAINT_NANOS);
    private volatile MemcachedNode node;

    /** Written by the keeper; null while there is none. Over before it is null: {@link #up()} looks at both. */
    private volatile @Nullable Epoch current;

    /** Of the newest epoch; null before the first. */
    private volatile @Nullable Server server;

    /** Of the newest epoch, as text: asked for with each answer. */
    private volatile String incarnation = "";

    /** The last epoch in which the store said that it does not list its keys. */
    private volatile long unlisted = -1;

    /** What runs beside the epochs. */
    private final Set<Crawl> crawls = ConcurrentHashMap.newKeySet();

    StoreConnection(ConnectionSettings settings, MemcachedNode node, AtomicLong numbers) {
        this.settings = settings;
        this.commands = settings.protocol().commands();
        this.node = node;
        this.numbers = numbers;
        this.epoch = numbers.get();
    }

    /** Takes the same address under the same name; only the failover mark may differ. */
    void mark(MemcachedNode same) {
        node = same;
    }

    /** The number for a new epoch; no other one of a store of this name has it. */
    long nextEpoch() {
        return numbers.incrementAndGet();
    }

    /** For the keeper: from now on this epoch is asked. */
    void begin(Epoch epoch) {
        server = epoch.server();
        incarnation = epoch.server().incarnation().toString();
        this.epoch = epoch.number();
        current = epoch;
    }

    /** For the keeper: no epoch is there to be asked. */
    void end() {
        current = null;
    }

    @Override
    public MemcachedNode node() {
        return node;
    }

    @Override
    public boolean up() {
        return usable() != null;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public long maxItemSize() {
        Server newest = server;
        return newest == null ? Probe.USUAL_ITEM_SIZE : newest.maxItemSize();
    }

    @Override
    public String incarnation() {
        return incarnation;
    }

    @Override
    public CompletableFuture<Reply> gets(String key) {
        String objection = Commands.objection(key);
        return objection == null
                ? send(commands.gets(key))
                : CompletableFuture.completedFuture(new Reply.Refused(objection));
    }

    @Override
    public CompletableFuture<List<Reply>> gets(List<String> keys) {
        String objection = keys.isEmpty() || keys.size() > MOST_KEYS ? keys.size() + " keys at once" : null;
        for (String key : keys) {
            objection = objection == null ? Commands.objection(key) : objection;
        }
        return objection == null
                ? send(commands.gets(List.copyOf(keys)))
                : CompletableFuture.completedFuture(
                        Endings.ofReads(keys.size()).refused().apply(objection));
    }

    @Override
    public CompletableFuture<Stored> add(String key, byte[] value, int expiry) {
        return refuses(key, value.length) ? notStored() : send(commands.add(key, value, expiry));
    }

    @Override
    public CompletableFuture<Stored> cas(String key, Reply.Found seen, byte[] value, int expiry) {
        if (refuses(key, value.length)) {
            return notStored();
        }
        if (seen.cas() == 0) {
            // In the binary protocol 0 stands for whatever there is.
            complain("a value without a CAS id");
            return notStored();
        }
        Epoch now = usable();
        if (seen.epoch() != (now == null ? epoch() : now.number())) {
            return CompletableFuture.completedFuture(new Stored(Outcome.EXISTS, 0, 0));
        }
        Commands.Command<Stored> command = commands.cas(key, seen.cas(), value, expiry);
        return now == null ? notSent(command) : now.send(command);
    }

    @Override
    public CompletableFuture<Stored> set(String key, byte[] value, int expiry) {
        return refuses(key, value.length) ? notStored() : send(commands.set(key, value, expiry));
    }

    @Override
    public CompletableFuture<Outcome> touch(String key, int expiry) {
        return refuses(key, 0) ? refusal() : send(commands.touch(key, expiry));
    }

    @Override
    public CompletableFuture<Outcome> delete(String key) {
        return refuses(key, 0) ? refusal() : send(commands.delete(key));
    }

    @Override
    public void renew() {
        Epoch now = usable();
        if (now != null) {
            now.lose("given up to learn anew who answers");
        }
    }

    @Override
    public CompletableFuture<Listing> list(List<String> prefixes) {
        Epoch now = usable();
        if (now == null) {
            return CompletableFuture.completedFuture(new Listing.Failed("store " + node.name() + " is down"));
        }
        Crawl crawl = new Crawl(node.name(), settings, now.server(), prefixes);
        crawls.add(crawl);
        CompletableFuture<Listing> listing = crawl.start();
        CompletableFuture<Void> unused = listing.thenAccept(ended -> {
            crawls.remove(crawl);
            if (ended instanceof Listing.Impossible) {
                unlisted = now.number();
            }
        });
        return listing;
    }

    @Override
    public boolean listed() {
        Server newest = server;
        return (newest == null || newest.text()) && unlisted != epoch;
    }

    /** Ends what runs beside the epochs. */
    void close() {
        crawls.forEach(Crawl::close);
    }

    private @Nullable Epoch usable() {
        Epoch now = current;
        return now == null || now.lostBecause() != null ? null : now;
    }

    private <T> CompletableFuture<T> send(Commands.Command<T> command) {
        Epoch now = usable();
        return now == null ? notSent(command) : now.send(command);
    }

    private <T> CompletableFuture<T> notSent(Commands.Command<T> command) {
        return CompletableFuture.completedFuture(
                command.endings().notSent().apply("store " + node.name() + " is down"));
    }

    private static CompletableFuture<Stored> notStored() {
        return CompletableFuture.completedFuture(new Stored(Outcome.REFUSED, 0, 0));
    }

    private static CompletableFuture<Outcome> refusal() {
        return CompletableFuture.completedFuture(Outcome.REFUSED);
    }

    /** Whether the store would not take this key or so long a value; said in the log, since the outcome has no words. */
    private boolean refuses(String key, int length) {
        String objection = Commands.objection(key);
        if (objection == null && length + (long) key.length() + ITEM_OVERHEAD > maxItemSize()) {
            objection = "a value of %d bytes: with key and overhead it is above item_size_max, %d (memcached -I)"
                    .formatted(length, maxItemSize());
        }
        if (objection != null) {
            complain(objection);
        }
        return objection != null;
    }

    /** At most one line a second: a large session is refused at each of its requests. */
    private void complain(String objection) {
        long now = System.nanoTime();
        long last = lastComplaint.get();
        if (now - last >= ONE_COMPLAINT_NANOS && lastComplaint.compareAndSet(last, now)) {
            LOG.log(Level.WARNING, "store {0}: refused {1}", node.name(), objection);
        }
    }
}
