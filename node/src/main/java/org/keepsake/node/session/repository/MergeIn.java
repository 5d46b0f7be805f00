package org.keepsake.node.session.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.memcached.Outcome;
import org.keepsake.node.memcached.Reply;
import org.keepsake.node.memcached.Stored;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.time.Timing;

/**
 * One record being merged into every holder of its session. Used by one thread, once.
 *
 * <p>Each round does the next step on every holder that is not yet done, on all of them at once: read what is there,
 * or replace what was read by the merger of it and ours, or add what is missing. It ends when every holder that is up
 * has ours. Nothing is ever overwritten unread, so a step whose answer never came is harmless: it is read and done
 * again.
 */
final class MergeIn {

    /** What a holder without the session means. */
    enum Mode {
        /** That it is new: it is added without reading first. */
        CREATE,
        /** That it has ended, unless another holder has it. */
        UPDATE,
        /** That it is to be told. */
        SPREAD
    }

    private final Belief belief;
    private final Timing timing;
    private final RecordCodec codec;
    private final Counts counts;
    private final Deadline deadline;
    private final SessionId id;
    private final String key;
    private final Set<String> written;
    private final Mode mode;
    private final CopyReader reader;
    private final Map<String, Holder> known = new HashMap<>();
    private SessionRecord ours;
    private @Nullable SessionRecord encoded;
    private byte[] encoding = new byte[0];

    /** What is known of one holder; {@code record} is what it has, null if nothing. */
    private static final class Holder {
        boolean met;
        boolean read;
        boolean done;
        long epoch;

        @Nullable
        SessionRecord record;

        Reply.@Nullable Found seen;

        void forget() {
            read = false;
            done = false;
            record = null;
            seen = null;
        }
    }

    MergeIn(
            Belief belief,
            Timing timing,
            RecordCodec codec,
            Counts counts,
            Deadline deadline,
            SessionId id,
            String key,
            SessionRecord ours,
            Set<String> written,
            Mode mode) {
        this.belief = belief;
        this.timing = timing;
        this.codec = codec;
        this.counts = counts;
        this.deadline = deadline;
        this.id = id;
        this.key = key;
        this.ours = ours;
        this.written = written;
        this.mode = mode;
        this.reader = new CopyReader(codec, id, counts);
    }

    /** Starts from what was remembered instead of reading. */
    MergeIn from(@Nullable Remembered before) {
        if (before != null) {
            before.seen().forEach((store, found) -> {
                Holder holder = holder(store);
                holder.met = true;
                holder.read = true;
                holder.epoch = found.epoch();
                holder.seen = found;
                holder.record = before.record();
            });
        }
        return this;
    }

    /** Starts from answers that are complete and decoded. */
    MergeIn from(Answers answers) {
        for (MemcachedConnection store : answers.stores()) {
            Holder holder = holder(store);
            holder.met = true;
            holder.read = true;
            holder.record = answers.record(store);
            if (answers.reply(store) instanceof Reply.Found found) {
                holder.seen = found;
                holder.epoch = found.epoch();
            } else {
                holder.epoch = store.epoch();
            }
        }
        return this;
    }

    /** Merges until every holder that is up has it; empty if the session has ended. */
    Optional<Remembered> run() {
        while (true) {
            List<MemcachedConnection> holders = belief.holders(id).stores();
            holders.forEach(this::meet);
            if (holders.isEmpty()) {
                deadline.pause();
            } else if (holders.stream().allMatch(store -> holder(store).done)) {
                return Optional.of(result(holders));
            } else if (hasEnded(holders)) {
                return Optional.empty();
            } else {
                giveWay(holders);
                step(holders);
            }
        }
    }

    private Holder holder(String store) {
        return known.computeIfAbsent(store, name -> new Holder());
    }

    private Holder holder(MemcachedConnection store) {
        return holder(store.node().name());
    }

    /** A new session is not looked for first; a store that was connected anew may have lost what it had. */
    private void meet(MemcachedConnection store) {
        Holder holder = holder(store);
        long epoch = store.epoch();
        if (!holder.met) {
            holder.met = true;
            holder.read = mode == Mode.CREATE;
        } else if (holder.epoch != epoch) {
            holder.forget();
        }
        holder.epoch = epoch;
    }

    private boolean hasEnded(List<MemcachedConnection> holders) {
        return mode == Mode.UPDATE
                && holders.stream().map(this::holder).allMatch(h -> h.read && h.record == null && h.seen == null);
    }

    /**
     * A write of an attribute whose request had not seen what every holder has by now gives way to it; only where the
     * holders differ does the stamp decide. So a node that finishes an abandoned request undoes nothing.
     */
    private void giveWay(List<MemcachedConnection> holders) {
        if (written.isEmpty()
                || !holders.stream().map(this::holder).allMatch(h -> h.read && !h.done && h.record != null)) {
            return;
        }
        TreeMap<String, Attribute> kept = new TreeMap<>(ours.attributes());
        for (String name : written) {
            if (kept.containsKey(name) && holders.stream().allMatch(store -> supersedes(store, name))) {
                kept.remove(name);
                counts.conflicts.increment();
            }
        }
        if (kept.size() != ours.attributes().size()) {
            ours = ours.withAttributes(kept);
        }
    }

    private boolean supersedes(MemcachedConnection store, String name) {
        SessionRecord record = holder(store).record;
        if (record == null) {
            return false;
        }
        Stamp theirs = record.stampOf(name);
        Stamp mine = ours.stampOf(name);
        return theirs.counter() >= mine.counter() && theirs.writer() != mine.writer();
    }

    private void step(List<MemcachedConnection> holders) {
        Map<MemcachedConnection, CompletableFuture<Reply>> reads = read(holders);
        Map<MemcachedConnection, Write> writes = write(holders);
        List<CompletableFuture<?>> sent = new ArrayList<>(reads.values());
        writes.values().forEach(write -> sent.add(write.stored()));
        timing.await(CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new)));
        boolean pause = false;
        for (Map.Entry<MemcachedConnection, CompletableFuture<Reply>> read : reads.entrySet()) {
            pause |= take(read.getKey(), read.getValue().join());
        }
        for (Map.Entry<MemcachedConnection, Write> write : writes.entrySet()) {
            pause |= take(write.getKey(), write.getValue());
        }
        if (pause) {
            deadline.pause();
        } else {
            deadline.check();
        }
    }

    private Map<MemcachedConnection, CompletableFuture<Reply>> read(List<MemcachedConnection> holders) {
        Map<MemcachedConnection, CompletableFuture<Reply>> reads = new LinkedHashMap<>();
        for (MemcachedConnection store : holders) {
            if (!holder(store).read && !holder(store).done) {
                reads.put(store, store.gets(key));
            }
        }
        return reads;
    }

    /** Writes to every holder that was read; a save adds its session only where another holder has it. */
    private Map<MemcachedConnection, Write> write(List<MemcachedConnection> holders) {
        boolean someoneHasIt = holders.stream().map(this::holder).anyMatch(h -> h.done || h.record != null);
        boolean allRead = holders.stream().map(this::holder).allMatch(h -> h.read || h.done);
        boolean mayAdd = mode != Mode.UPDATE || (someoneHasIt && allRead);
        Map<MemcachedConnection, Write> writes = new LinkedHashMap<>();
        for (MemcachedConnection store : holders) {
            Holder holder = holder(store);
            if (holder.read && !holder.done && (holder.seen != null || mayAdd)) {
                write(store, holder).ifPresent(write -> writes.put(store, write));
            }
        }
        return writes;
    }

    private record Write(SessionRecord session, CompletableFuture<Stored> stored) {}

    private Optional<Write> write(MemcachedConnection store, Holder holder) {
        SessionRecord target = holder.record == null ? everything() : SessionRecord.merge(holder.record, ours);
        if (holder.record != null && target.equals(holder.record)) {
            holder.done = true;
            return Optional.empty();
        }
        byte[] bytes = encode(target);
        int expiry = Expiry.of(target, timing.millis());
        Reply.Found seen = holder.seen;
        return Optional.of(
                new Write(target, seen == null ? store.add(key, bytes, expiry) : store.cas(key, seen, bytes, expiry)));
    }

    /** What a holder that has nothing is given: ours and what the others have besides. */
    private SessionRecord everything() {
        return known.values().stream()
                .flatMap(holder -> Optional.ofNullable(holder.record).stream())
                .reduce(ours, SessionRecord::merge);
    }

    private byte[] encode(SessionRecord session) {
        if (!session.equals(encoded)) {
            encoding = codec.encode(session);
            encoded = session;
        }
        return encoding;
    }

    /** Takes note of what a store has; returns whether to let a moment pass. */
    private boolean take(MemcachedConnection store, Reply reply) {
        Holder holder = holder(store);
        if (reply instanceof Reply.Found found) {
            holder.read = true;
            holder.seen = found;
            holder.epoch = found.epoch();
            holder.record = reader.read(store.node().name(), found);
        } else if (reply instanceof Reply.Absent) {
            holder.read = true;
            holder.seen = null;
            holder.record = null;
        } else if (reply instanceof Reply.Refused refused) {
            throw new SessionsUnavailable("session %s: store %s refused to read it: %s"
                    .formatted(id.shortened(), store.node().name(), refused.why()));
        }
        return reply instanceof Reply.NotSent;
    }

    /** Takes note of how a write ended; returns whether to let a moment pass. */
    private boolean take(MemcachedConnection store, Write write) {
        Holder holder = holder(store);
        Outcome outcome = write.stored().join().outcome();
        switch (outcome) {
            case OK -> {
                holder.done = true;
                holder.record = write.session();
                holder.seen = null;
            }
            case REFUSED ->
                throw new SessionsUnavailable(
                        "session %s of %d bytes: store %s refused it; it takes %d bytes (memcached -I)"
                                .formatted(
                                        id.shortened(),
                                        encode(write.session()).length,
                                        store.node().name(),
                                        store.maxItemSize()));
            case ABSENT -> {
                holder.seen = null;
                holder.record = null;
            }
            default -> holder.forget();
        }
        return outcome == Outcome.NOT_SENT;
    }

    private Remembered result(List<MemcachedConnection> holders) {
        SessionRecord session = holders.stream()
                .flatMap(store -> Optional.ofNullable(holder(store).record).stream())
                .reduce(SessionRecord::merge)
                .orElse(ours);
        Map<String, Reply.Found> seen = new HashMap<>();
        for (MemcachedConnection store : holders) {
            Reply.Found found = holder(store).seen;
            if (found != null && session.equals(holder(store).record)) {
                seen.put(store.node().name(), found);
            }
        }
        return new Remembered(session, encode(session), seen);
    }
}
