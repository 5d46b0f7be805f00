package org.keepsake.node.session.view;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.session.record.MalformedRecord;
import org.keepsake.node.session.record.NewerRecord;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.store.Exptime;
import org.keepsake.node.store.ListedKey;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Stored;

/** Copies some keys from one store to another, all at once. Used by one thread. */
final class CopyBatch {

    private static final System.Logger LOG = System.getLogger(CopyBatch.class.getName());
    private static final int TRIES = 20;
    private static final Duration RETRY = Duration.ofMillis(20);

    private final Timing timing;
    private final RecordCodec codec;

    CopyBatch(Timing timing, RecordCodec codec) {
        this.timing = timing;
        this.codec = codec;
    }

    /**
     * How many keys the target did not have; -1 if some could not be copied.
     *
     * @param current whether the target is still not believed: as soon as it is, a tie between what it has and what the
     *     source has is for readers to settle, who may have been told the outcome
     */
    int copy(MemcachedConnection source, MemcachedConnection target, List<ListedKey> keys, BooleanSupplier current) {
        List<ListedKey> left = keys;
        int added = 0;
        for (int tries = 0; tries < TRIES && !left.isEmpty(); tries++) {
            if (tries > 0) {
                timing.pause(RETRY);
            }
            List<Reply> theirs = read(source, left);
            List<Reply> there = read(target, left);
            if (!current.getAsBoolean()) {
                return -1;
            }
            List<ListedKey> again = new ArrayList<>();
            List<ListedKey> sent = new ArrayList<>();
            List<CompletableFuture<Stored>> writes = new ArrayList<>();
            for (int i = 0; i < left.size(); i++) {
                ListedKey key = left.get(i);
                if (isUnknown(theirs.get(i)) || isUnknown(there.get(i))) {
                    again.add(key);
                } else if (theirs.get(i) instanceof Reply.Found found) {
                    CompletableFuture<Stored> write = write(target, key, found, there.get(i));
                    if (write != null) {
                        sent.add(key);
                        writes.add(write);
                        added += there.get(i) instanceof Reply.Absent ? 1 : 0;
                    }
                }
            }
            timing.awaitAll(writes);
            for (int i = 0; i < writes.size(); i++) {
                Outcome outcome = writes.get(i).join().outcome();
                if (outcome == Outcome.REFUSED) {
                    LOG.log(
                            Level.WARNING,
                            "store {0}: refused a copy",
                            target.node().name());
                } else if (outcome != Outcome.OK) {
                    again.add(sent.get(i));
                }
            }
            left = again;
        }
        return left.isEmpty() ? added : -1;
    }

    private List<Reply> read(MemcachedConnection store, List<ListedKey> keys) {
        CompletableFuture<List<Reply>> replies =
                store.gets(keys.stream().map(ListedKey::key).toList());
        timing.await(replies);
        return replies.join();
    }

    private static boolean isUnknown(Reply reply) {
        return !(reply instanceof Reply.Found || reply instanceof Reply.Absent);
    }

    /** Sends what the target is to have; null if it has it. */
    private @Nullable CompletableFuture<Stored> write(
            MemcachedConnection target, ListedKey key, Reply.Found found, Reply there) {
        int expiry = Exptime.in(key.secondsLeft(), timing.millis());
        if (!(there instanceof Reply.Found old)) {
            return target.add(key.key(), found.value(), expiry);
        }
        byte[] wanted = CopiedKey.isRecord(key.key())
                ? merged(CopiedKey.id(key.key()), found.value(), old.value())
                : later(found.value(), old.value());
        return Arrays.equals(wanted, old.value()) ? null : target.cas(key.key(), old, wanted, expiry);
    }

    /** Both together, where the believed copy wins a tie; a record that cannot be read here is taken as it is. */
    private byte[] merged(String id, byte[] believed, byte[] other) {
        if (Arrays.equals(believed, other)) {
            return other;
        }
        SessionRecord mine;
        SessionRecord theirs;
        try {
            mine = codec.decode(id, believed);
        } catch (MalformedRecord e) {
            return other;
        } catch (NewerRecord e) {
            return believed;
        }
        try {
            theirs = codec.decode(id, other);
        } catch (MalformedRecord e) {
            return believed;
        } catch (NewerRecord e) {
            return other;
        }
        SessionRecord both = SessionRecord.mergeInto(mine, theirs);
        return both.equals(theirs) ? other : codec.encode(both);
    }

    private static byte[] later(byte[] believed, byte[] other) {
        boolean otherIsLater = other.length > believed.length
                || (other.length == believed.length && Arrays.compareUnsigned(other, believed) >= 0);
        return otherIsLater ? other : believed;
    }
}
