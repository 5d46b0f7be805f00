package org.keepsake.node.session.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.memcached.MemcachedNode;
import org.keepsake.node.store.Exptime;
import org.keepsake.node.store.Listing;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Stored;

/**
 * A store that can be restarted, empty, so fast that it is never seen down; or that hangs, and carries out what it was
 * asked meanwhile when it wakes. Not thread-safe.
 */
final class RestartingStore implements MemcachedConnection {

    private final MemcachedNode node;
    final Map<String, Reply.Found> items = new HashMap<>();
    private Runnable meanwhile = () -> {};
    private boolean silent;
    private boolean hanging;
    private final List<Runnable> held = new ArrayList<>();
    private long cas;
    private long epoch = 1;

    RestartingStore(String name) {
        node = new MemcachedNode(name, "127.0.0.1", 1, false);
    }

    void restart() {
        items.clear();
        epoch++;
        cas = 0;
    }

    /** From now on nothing is answered; it still counts as up. */
    void hangUnnoticed() {
        hanging = true;
    }

    /** Carries out what was asked since; its clients have connected anew. */
    void wake() {
        hanging = false;
        held.forEach(Runnable::run);
        held.clear();
        epoch++;
        items.replaceAll((key, found) -> new Reply.Found(found.value(), found.cas(), epoch));
    }

    void noAnswerToTheNextWrite(Runnable butThis) {
        silent = true;
        meanwhile = butThis;
    }

    private CompletableFuture<Stored> write(
            BooleanSupplier asked, Outcome otherwise, String key, byte[] value, int expiry) {
        if (hanging) {
            held.add(() -> store(asked, key, value, expiry));
            return CompletableFuture.completedFuture(new Stored(Outcome.UNKNOWN, 0, 0));
        }
        if (silent) {
            silent = false;
            meanwhile.run();
            return CompletableFuture.completedFuture(new Stored(Outcome.UNKNOWN, 0, 0));
        }
        boolean stored = store(asked, key, value, expiry);
        return CompletableFuture.completedFuture(new Stored(stored ? Outcome.OK : otherwise, 0, epoch));
    }

    private boolean store(BooleanSupplier asked, String key, byte[] value, int expiry) {
        boolean does = asked.getAsBoolean();
        if (does && expiry == Exptime.AT_ONCE) {
            items.remove(key);
        } else if (does) {
            items.put(key, new Reply.Found(value, ++cas, epoch));
        }
        return does;
    }

    @Override
    public MemcachedNode node() {
        return node;
    }

    @Override
    public boolean up() {
        return true;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public long maxItemSize() {
        return 1 << 20;
    }

    @Override
    public CompletableFuture<Reply> gets(String key) {
        if (hanging) {
            return CompletableFuture.completedFuture(new Reply.Unknown("it hangs"));
        }
        Reply.Found found = items.get(key);
        return CompletableFuture.completedFuture(found == null ? new Reply.Absent(epoch) : found);
    }

    @Override
    public CompletableFuture<Stored> add(String key, byte[] value, int expiry) {
        return write(() -> !items.containsKey(key), Outcome.NOT_STORED, key, value, expiry);
    }

    @Override
    public CompletableFuture<Stored> cas(String key, Reply.Found seen, byte[] value, int expiry) {
        Reply.Found now = items.get(key);
        Outcome otherwise = now == null ? Outcome.ABSENT : Outcome.EXISTS;
        return write(() -> isStill(seen, key), otherwise, key, value, expiry);
    }

    private boolean isStill(Reply.Found seen, String key) {
        Reply.Found now = items.get(key);
        return now != null && now.cas() == seen.cas() && now.epoch() == seen.epoch();
    }

    @Override
    public CompletableFuture<Stored> set(String key, byte[] value, int expiry) {
        throw new UnsupportedOperationException("a record is never set");
    }

    @Override
    public CompletableFuture<Outcome> touch(String key, int expiry) {
        throw new UnsupportedOperationException("a merge touches nothing");
    }

    @Override
    public CompletableFuture<Outcome> delete(String key) {
        throw new UnsupportedOperationException("a merge deletes nothing");
    }

    @Override
    public CompletableFuture<List<Reply>> gets(List<String> keys) {
        throw new UnsupportedOperationException("a merge reads one key");
    }

    @Override
    public CompletableFuture<Listing> list(List<String> prefixes) {
        throw new UnsupportedOperationException("a merge lists nothing");
    }

    @Override
    public String incarnation() {
        return node.name() + ":1:" + epoch;
    }

    @Override
    public void renew() {
        epoch++;
    }
}
