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
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.repository.Copies.Copy;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.session.view.Belief;
import org.keepsake.node.session.view.Belief.Standing;
import org.keepsake.node.session.view.Holders;
import org.keepsake.node.session.view.Holders.Holder;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Stored;

/**
 * One record being merged into every holder of its session. Used by one thread, once.
 *
 * <p>Each round does the next step on every holder that is not yet done, on all of them at once: read what is there,
 * or replace what was read by the merger of it and ours, or add what is missing. It ends when every holder has ours,
 * those that are not believed too, and the view by which they are the holders still stands. Nothing is ever overwritten
 * unread, so a step whose answer never came is harmless: it is read and done again.
 */
final class MergeIn {

    /** What a holder without the session means. */
    enum Mode {
        /** That it is new: it is added without reading first. */
        CREATE,
        /** That it has ended, unless another holder has it. */
        UPDATE,
        /** That it is to be told. */
        SPREAD,
        /** That it lost it, as all others did: stores that are not believed are told what this node has. */
        RECOVER
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
    private final Copies copies = new Copies();

    /** What is to be merged in. */
    private final SessionRecord asked;

    /** That without what gives way, and with what else all believed holders are to have. */
    private SessionRecord ours;

    private @Nullable SessionRecord encoded;
    private byte[] encoding = new byte[0];

    /** The last merger, and what it is one of. */
    private @Nullable SessionRecord merged;

    private @Nullable SessionRecord mergedFrom;
    private @Nullable SessionRecord mergedWith;

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
        this.asked = ours;
        this.ours = ours;
        this.written = written;
        this.mode = mode;
        this.reader = new CopyReader(codec, id, counts);
    }

    /** Starts from what was remembered instead of reading. */
    MergeIn from(@Nullable Remembered before) {
        if (before != null) {
            before.seen().forEach((store, found) -> {
                Copy copy = copies.of(store);
                copy.met = true;
                copy.read = true;
                copy.remembered = true;
                copy.epoch = found.epoch();
                copy.seen = found;
                copy.record = before.record();
            });
        }
        return this;
    }

    /** Starts from answers that are complete and decoded. */
    MergeIn from(Holders holders, Answers answers) {
        for (Holder holder : holders.believed()) {
            Copy copy = copies.of(holder);
            copy.met = true;
            copy.read = true;
            copy.record = answers.record(holder);
            if (answers.reply(holder) instanceof Reply.Found found) {
                copy.seen = found;
                copy.epoch = found.epoch();
            } else {
                copy.epoch = holder.store().epoch();
            }
        }
        return this;
    }

    /** Merges until every holder has it; empty if the session has ended. */
    Optional<Remembered> run() {
        while (true) {
            Holders holders = belief.holders(id.store());
            List<Holder> written = holders.written();
            written.forEach(this::meet);
            if (!mayWrite(holders)) {
                deadline.pause();
            } else if (copies.allDone(written)) {
                SessionRecord all = copies.joined(holders.believed()).orElse(ours);
                if (!haveAll(holders.believed(), all)) {
                    continue;
                }
                if (isAcknowledged(holders)) {
                    return Optional.of(result(holders, all));
                }
                deadline.pause();
            } else if (hasEnded(holders.believed())) {
                return Optional.empty();
            } else {
                giveWay(holders.believed());
                step(holders);
            }
        }
    }

    /**
     * Whether all that are believed have this. Another node may have given one of them more meanwhile; who is told of that
     * must find it wherever he asks next, so the others are given it too.
     */
    @SuppressWarnings("ReferenceEquality") // what is the same object need not be compared
    private boolean haveAll(List<Holder> believed, SessionRecord all) {
        boolean equal = true;
        for (Holder holder : believed) {
            Copy copy = copies.of(holder);
            if (copy.record != all && !all.equals(copy.record)) {
                copy.done = false;
                equal = false;
            }
        }
        ours = equal ? ours : all;
        return equal;
    }

    /** Without a believed holder nothing can be promised, unless all there is is being put together. */
    private boolean mayWrite(Holders holders) {
        return !holders.believed().isEmpty()
                || (mode == Mode.RECOVER && !holders.told().isEmpty());
    }

    /**
     * Whether what all holders have may be promised to stay. When one that should be a holder is none, whoever makes it
     * one may have missed this write: the others must still be the only holders after it was made.
     */
    private boolean isAcknowledged(Holders holders) {
        boolean stands = mode == Mode.RECOVER || holders.all() || viewStands(holders);
        return stands && (mode == Mode.RECOVER || belief.acknowledges(holders.view()));
    }

    private boolean viewStands(Holders holders) {
        boolean stands = true;
        Map<Holder, Reply> looks = Answers.ask(holders.believed(), Belief.VIEW_KEY, timing);
        for (Map.Entry<Holder, Reply> look : looks.entrySet()) {
            stands &= belief.standing(look.getKey(), look.getValue(), holders.view()) == Standing.SAME;
        }
        if (!stands) {
            holders.believed().forEach(holder -> belief.suspect(holder.store()));
        }
        return stands;
    }

    /** A new session is not looked for first; a store that was connected anew may have lost what it had. */
    private void meet(Holder holder) {
        Copy copy = copies.of(holder);
        long epoch = holder.store().epoch();
        if (!copy.met) {
            copy.met = true;
            copy.read = mode == Mode.CREATE;
        } else if (copy.epoch != epoch) {
            copy.forget();
        }
        copy.epoch = epoch;
    }

    private boolean hasEnded(List<Holder> believed) {
        if (mode != Mode.UPDATE) {
            return false;
        }
        for (Holder holder : believed) {
            Copy copy = copies.of(holder);
            if (!copy.read || copy.record != null || copy.seen != null) {
                return false;
            }
        }
        return true;
    }

    /**
     * A write of an attribute whose request had not seen what every believed holder has by now gives way to it; only
     * where the holders differ does the stamp decide. So a node that finishes an abandoned request undoes nothing. A
     * holder that lost its copy has no say. Where all of them lost what was given way to, it is written after all.
     */
    private void giveWay(List<Holder> believed) {
        if (written.isEmpty() || ours.isTombstone() || !allReadAndOpen(believed)) {
            return;
        }
        for (String name : written) {
            boolean gaveWay = !ours.attributes().containsKey(name);
            if (!gaveWay && isSuperseded(believed, name)) {
                TreeMap<String, Attribute> kept = new TreeMap<>(ours.attributes());
                kept.remove(name);
                ours = ours.withAttributes(kept);
                counts.conflicts.increment();
            } else if (gaveWay && !isSuperseded(believed, name)) {
                Attribute mine = asked.attributes().get(name);
                ours = mine == null ? ours : ours.with(Map.of(name, mine));
            }
        }
    }

    /** Whether it is known what all have, none has taken ours, and one has the session at all. */
    private boolean allReadAndOpen(List<Holder> believed) {
        boolean someoneHasIt = false;
        for (Holder holder : believed) {
            Copy copy = copies.of(holder);
            if (!copy.read || copy.done) {
                return false;
            }
            someoneHasIt |= copy.record != null;
        }
        return someoneHasIt;
    }

    private boolean isSuperseded(List<Holder> believed, String name) {
        for (Holder holder : believed) {
            SessionRecord record = copies.of(holder).record;
            if (record != null && !isSuperseded(record, name)) {
                return false;
            }
        }
        return true;
    }

    private boolean isSuperseded(@Nullable SessionRecord record, String name) {
        Stamp mine = asked.stampOf(name);
        Stamp theirs = record == null ? Stamp.NONE : record.stampOf(name);
        return theirs.counter() >= mine.counter() && theirs.writer() != mine.writer();
    }

    /** Whether what a holder has may make ours give way, which cannot be told before the others were read too. */
    private boolean isDisputed(Copy copy, List<Holder> believed) {
        return !copies.allRead(believed) && written.stream().anyMatch(name -> isSuperseded(copy.record, name));
    }

    private void step(Holders holders) {
        Map<Holder, CompletableFuture<Reply>> reads = read(holders);
        Map<Holder, Write> writes = write(holders);
        List<CompletableFuture<?>> sent = new ArrayList<>(reads.values());
        writes.values().forEach(write -> sent.add(write.stored()));
        timing.awaitAll(sent);
        boolean pause = sent.isEmpty();
        for (Map.Entry<Holder, CompletableFuture<Reply>> read : reads.entrySet()) {
            pause |= take(read.getKey(), read.getValue().join());
        }
        lookAgain(holders.believed(), reads.keySet());
        for (Map.Entry<Holder, Write> write : writes.entrySet()) {
            pause |= take(write.getKey(), write.getValue());
        }
        if (pause) {
            deadline.pause();
        } else {
            deadline.check();
        }
    }

    /**
     * Where a believed store has lost its copy, it is put there anew. What the others took from us a while ago is not
     * enough for that: they may have been given more since.
     */
    private void lookAgain(List<Holder> believed, Set<Holder> justRead) {
        for (Holder holder : believed) {
            Copy copy = copies.of(holder);
            if (justRead.contains(holder) && copy.read && copy.seen == null) {
                believed.stream().map(copies::of).filter(other -> other.done).forEach(Copy::forget);
            }
        }
    }

    private Map<Holder, CompletableFuture<Reply>> read(Holders holders) {
        Map<Holder, CompletableFuture<Reply>> reads = new LinkedHashMap<>();
        for (Holder holder : holders.written()) {
            if (!copies.of(holder).read && !copies.of(holder).done) {
                reads.put(holder, holder.store().gets(key));
            }
        }
        return reads;
    }

    /**
     * Writes to every holder that was read; a save adds its session only where another, believed holder has it.
     *
     * <p>Those that are not believed come last: what gave way to others' writes on the believed ones must not be left
     * on them, where it would look like a save.
     */
    private Map<Holder, Write> write(Holders holders) {
        boolean mayAdd = mode != Mode.UPDATE || isKnownToBe(holders.believed());
        Map<Holder, Write> writes = new LinkedHashMap<>();
        for (Holder holder : holders.believed()) {
            if (!isDisputed(copies.of(holder), holders.believed())) {
                write(holder, mayAdd, null, writes);
            } else if (copies.of(holder).remembered) {
                copies.of(holder).forget();
            }
        }
        if (!holders.told().isEmpty() && copies.allDone(holders.believed())) {
            SessionRecord agreed = copies.joined(holders.believed()).orElse(null);
            holders.told().forEach(holder -> write(holder, mayAdd, agreed, writes));
        }
        return writes;
    }

    private void write(Holder holder, boolean mayAdd, @Nullable SessionRecord agreed, Map<Holder, Write> writes) {
        Copy copy = copies.of(holder);
        if (copy.read && !copy.done && (copy.seen != null || mayAdd)) {
            write(holder, copy, agreed).ifPresent(write -> writes.put(holder, write));
        }
    }

    /** Whether every believed holder said what it has, and one of them has the session. */
    private boolean isKnownToBe(List<Holder> believed) {
        boolean someoneHasIt = false;
        for (Holder holder : believed) {
            Copy copy = copies.of(holder);
            someoneHasIt |= copy.done || copy.record != null;
        }
        return someoneHasIt && copies.allRead(believed);
    }

    @SuppressWarnings("ArrayRecordComponent") // sent and remembered, never compared
    private record Write(SessionRecord session, byte[] bytes, CompletableFuture<Stored> stored) {}

    /** @param agreed what all believed holders have, for one that is not believed; null for those that are */
    private Optional<Write> write(Holder holder, Copy copy, @Nullable SessionRecord agreed) {
        SessionRecord target = agreed == null ? withOurs(copy) : under(agreed, copy);
        if (copy.record != null && target.equals(copy.record)) {
            copy.done = true;
            return Optional.empty();
        }
        byte[] bytes = encode(target);
        int expiry = Expiry.of(target, timing.millis());
        Reply.Found seen = copy.seen;
        counts.bytesWritten.add(bytes.length);
        return Optional.of(new Write(
                target,
                bytes,
                seen == null
                        ? holder.store().add(key, bytes, expiry)
                        : holder.store().cas(key, seen, bytes, expiry)));
    }

    private SessionRecord withOurs(Copy copy) {
        return copy.record == null ? copies.joinedWith(ours) : withOurs(copy.record);
    }

    /** One that is not believed may have what was never acknowledged, which must not look like a save once it is. */
    private static SessionRecord under(SessionRecord agreed, Copy copy) {
        return copy.record == null ? agreed : SessionRecord.mergeInto(agreed, copy.record);
    }

    /** What a holder that has this is given; most have the same, so the last answer is kept. */
    @SuppressWarnings("ReferenceEquality") // records that only read the same are merged again
    private SessionRecord withOurs(SessionRecord theirs) {
        if (merged == null || mergedFrom != theirs || mergedWith != ours) {
            merged = SessionRecord.merge(theirs, ours);
            mergedFrom = theirs;
            mergedWith = ours;
        }
        return merged;
    }

    private byte[] encode(SessionRecord session) {
        if (!session.equals(encoded)) {
            encoding = codec.encode(session);
            encoded = session;
        }
        return encoding;
    }

    /** Takes note of what a store has; returns whether to let a moment pass. */
    private boolean take(Holder holder, Reply reply) {
        Copy copy = copies.of(holder);
        if (reply instanceof Reply.Found found && holder.speaksIn(found.epoch())) {
            copy.read = true;
            copy.seen = found;
            copy.epoch = found.epoch();
            counts.bytesRead.add(found.value().length);
            copy.record = reader.read(holder.name(), found);
            return false;
        }
        if (reply instanceof Reply.Absent absent && holder.speaksIn(absent.epoch())) {
            copy.read = true;
            copy.seen = null;
            copy.record = null;
            copy.epoch = absent.epoch();
            return false;
        }
        if (reply instanceof Reply.Refused refused) {
            throw new SessionsUnavailable("session %s: store %s refused to read it: %s"
                    .formatted(id.shortened(), holder.name(), refused.why()));
        }
        if (reply instanceof Reply.Unknown) {
            counts.unknown.increment();
        }
        belief.suspect(holder.store());
        return !(reply instanceof Reply.Unknown);
    }

    /** Takes note of how a write ended; returns whether to let a moment pass. */
    private boolean take(Holder holder, Write write) {
        Copy copy = copies.of(holder);
        Stored stored = write.stored().join();
        switch (stored.outcome()) {
            case OK -> {
                copy.done = holder.speaksIn(stored.epoch());
                copy.record = write.session();
                copy.seen = stored.cas() == 0 ? null : new Reply.Found(write.bytes(), stored.cas(), stored.epoch());
                copy.read = copy.seen != null;
            }
            case REFUSED ->
                throw new SessionsUnavailable(
                        "session %s of %d bytes: store %s refused it; it takes %d bytes (memcached -I)"
                                .formatted(
                                        id.shortened(),
                                        write.bytes().length,
                                        holder.name(),
                                        holder.store().maxItemSize()));
            case ABSENT -> {
                copy.seen = null;
                copy.record = null;
            }
            default -> copy.forget();
        }
        boolean noAnswer = stored.outcome() == Outcome.NOT_SENT || stored.outcome() == Outcome.UNKNOWN;
        if (noAnswer) {
            belief.suspect(holder.store());
        }
        if (stored.outcome() == Outcome.UNKNOWN) {
            counts.unknown.increment();
        }
        return stored.outcome() == Outcome.NOT_SENT;
    }

    private Remembered result(Holders holders, SessionRecord session) {
        Map<String, Reply.Found> seen = new HashMap<>();
        for (Holder holder : holders.written()) {
            Reply.Found found = copies.of(holder).seen;
            if (found != null && session.equals(copies.of(holder).record)) {
                seen.put(holder.name(), found);
            }
        }
        return new Remembered(session, encode(session), seen);
    }
}
