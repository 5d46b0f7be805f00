package org.keepsake.node.session.repository;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.settings.LockSettings;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.session.view.Belief;
import org.keepsake.node.session.view.Holders;
import org.keepsake.node.session.view.Holders.Holder;
import org.keepsake.node.store.ListedKey;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Store;
import org.keepsake.node.store.Stored;

/**
 * Sessions in stores: with memcached on a home store and on the next one of the ring, elsewhere in the one there is.
 * Thread-safe.
 *
 * <p>All copies are read and written at once. A store that is believed must answer; one that gives no answer is asked
 * again until it does or is believed no more. Absence counts only when every believed holder says so.
 */
public final class StoreRepository implements SessionRepository {

    private static final int SID_BYTES = 16;

    /** Of as many nodes as are likely, each has one that is near among so many. */
    private static final int TRIED_IDS = 100;

    private final Belief belief;
    private final Keys keys;
    private final RecordCodec codec;
    private final Timing timing;
    private final Duration budget;
    private final RandomGenerator random;
    private final Counts counts;
    private final OverdueSessions overdue;

    /**
     * @param belief which stores hold a session and may be believed
     * @param codec how records are kept in the stores
     * @param budget the time allowed for one load or save
     * @param random for ids, which nobody may guess
     */
    public StoreRepository(
            Belief belief, Keys keys, RecordCodec codec, Timing timing, Duration budget, RandomGenerator random) {
        this(belief, keys, codec, timing, budget, random, new Counts());
    }

    /** As above, with what happens counted there. */
    public StoreRepository(
            Belief belief,
            Keys keys,
            RecordCodec codec,
            Timing timing,
            Duration budget,
            RandomGenerator random,
            Counts counts) {
        this.counts = counts;
        this.belief = belief;
        this.keys = keys;
        this.codec = codec;
        this.timing = timing;
        this.budget = budget;
        this.random = random;
        this.overdue = new OverdueSessions(belief, keys, timing);
    }

    @Override
    public Optional<SessionLocks> locks(String node, LockSettings settings) {
        return Optional.of(new SessionLocks(
                id -> belief.holders(id.store()).believed().stream()
                        .map(Holder::store)
                        .findFirst(),
                keys,
                node,
                settings,
                budget,
                timing,
                random,
                counts));
    }

    @Override
    public Counts counts() {
        return counts;
    }

    @Override
    public SessionId newId() {
        Deadline deadline = new Deadline(timing, budget, () -> "new session", belief.setting());
        Optional<Store> home = belief.chooseHome();
        while (home.isEmpty()) {
            deadline.pause();
            home = belief.chooseHome();
        }
        return newId(home.orElseThrow());
    }

    /** One that is near, unless the store has next to no keys that are. */
    private SessionId newId(Store home) {
        SessionId id = newId(home.name());
        for (int i = 1; i < TRIED_IDS && !home.isNear(keys.session(id)); i++) {
            id = newId(home.name());
        }
        return id;
    }

    private SessionId newId(String home) {
        byte[] sid = new byte[SID_BYTES];
        random.nextBytes(sid);
        return new SessionId(HexFormat.of().formatHex(sid), home);
    }

    @Override
    public SessionId newIdWhileAway() {
        return newId(belief.homeWhileAway()
                .orElseThrow(() -> new SessionsUnavailable("new session: no store is known, see " + belief.setting())));
    }

    @Override
    public Optional<Remembered> load(SessionId id, @Nullable Remembered before) {
        Deadline deadline = deadline(id);
        CopyReader reader = new CopyReader(codec, id, counts);
        while (true) {
            Asked asked = ask(id, deadline);
            Answers answers = asked.answers();
            answers.seen().values().forEach(found -> counts.bytesRead.add(found.value().length));
            if (answers.allStill(before) && before != null) {
                return Optional.of(new Remembered(before.record(), before.bytes(), answers.seen()));
            }
            answers.decode(before, reader);
            if (!answers.onlyDamaged()) {
                return answers.nothing() ? Optional.empty() : alive(id, asked.holders(), answers, deadline);
            }
            await(asked.holders(), answers, deadline);
        }
    }

    /** What all believed holders said, and who they are. */
    private record Asked(Holders holders, Answers answers) {

        /** The one that is the judge for all who change what the session is while these are the holders. */
        Holder judge() {
            return holders.believed().get(0);
        }
    }

    /** Asks until every believed holder of one view has said what it has. */
    private Asked ask(SessionId id, Deadline deadline) {
        while (true) {
            Holders holders = belief.holders(id.store());
            Answers answers = Answers.ask(holders, keys.session(id), belief, timing);
            if (answers.areOutdated()) {
                deadline.check();
            } else if (answers.complete()) {
                return new Asked(holders, answers);
            } else {
                await(holders, answers, deadline);
            }
        }
    }

    /** Lets a moment pass for the holders that did not answer. */
    private void await(Holders holders, Answers answers, Deadline deadline) {
        for (Holder holder : holders.believed()) {
            if (!answers.answered(holder)) {
                counts.unknown.increment();
                belief.suspect(holder.store());
            }
        }
        deadline.pause();
    }

    /** What the holders agree on, after they were made to. */
    private Optional<Remembered> alive(SessionId id, Holders holders, Answers answers, Deadline deadline) {
        SessionRecord session = answers.merged();
        expect(session.longestMaxInactive());
        Optional<Remembered> agreed;
        if (answers.allHold(session)) {
            agreed = Optional.of(new Remembered(session, answers.anyBytes(), answers.seen()));
        } else {
            counts.repairs.increment();
            agreed = mergeIn(id, session, Set.of(), MergeIn.Mode.SPREAD, deadline)
                    .from(holders, answers)
                    .run();
        }
        if (agreed.isPresent()
                && agreed.get().record().isMoved()
                && !agreed.get().record().isTombstone()) {
            // Whoever comes with the old id must not get what goes on under the new one.
            Optional<Remembered> unused = follow(id, agreed.get().record(), deadline);
            return Optional.empty();
        }
        return agreed.filter(remembered -> !remembered.record().isTombstone());
    }

    @Override
    public Optional<Remembered> move(SessionId id, SessionId after, SessionRecord last, long writer) {
        Deadline deadline = deadline(id);
        CopyReader reader = new CopyReader(codec, id, counts);
        while (true) {
            Asked asked = ask(id, deadline);
            Answers answers = asked.answers();
            answers.decode(null, reader);
            if (answers.nothing() || answers.onlyDamaged()) {
                return Optional.empty();
            }
            SessionRecord known = answers.merged();
            if (known.isMoved() || known.isTombstone()) {
                return follow(id, known, deadline);
            }
            SessionRecord moving = SessionRecord.merge(known, last).movingTo(after.toString());
            if (isDecided(id, asked, moving)) {
                return follow(id, moving, deadline);
            }
            deadline.check();
        }
    }

    /** Finishes a move, whoever began it: the session under its new id, empty if it has ended or there is no move. */
    private Optional<Remembered> follow(SessionId id, SessionRecord moved, Deadline deadline) {
        Optional<SessionId> after = SessionId.parse(moved.movedTo());
        if (after.isEmpty()) {
            return Optional.empty();
        }
        if (moved.isTombstone()) {
            return load(after.get(), null);
        }
        spread(id, moved, deadline);
        Optional<Remembered> there = mergeIn(
                        after.get(), moved.withId(after.get().toString()), Set.of(), MergeIn.Mode.CREATE, deadline)
                .run();
        spread(id, moved.tombstone(0), deadline);
        return there.filter(remembered -> !remembered.record().isTombstone());
    }

    @Override
    public List<SessionId> overdue() {
        return overdue.find();
    }

    @Override
    public Remembered create(SessionId id, SessionRecord session) {
        return mergeIn(id, session, Set.of(), MergeIn.Mode.CREATE, deadline(id))
                .run()
                .orElseThrow();
    }

    @Override
    public Optional<Remembered> merge(
            SessionId id, SessionRecord session, Set<String> written, @Nullable Remembered before) {
        Deadline deadline = deadline(id);
        Optional<Remembered> merged = mergeIn(id, session, written, MergeIn.Mode.UPDATE, deadline)
                .from(before)
                .run();
        if (merged.isPresent() && merged.get().record().isMoved()) {
            merged = follow(id, merged.get().record(), deadline)
                    .flatMap(there -> mergeMoved(there.record().id(), session, written, deadline));
        }
        return merged.filter(remembered -> !remembered.record().isTombstone());
    }

    /** What a request wrote that still knew the session by its old id. */
    private Optional<Remembered> mergeMoved(
            String after, SessionRecord session, Set<String> written, Deadline deadline) {
        return SessionId.parse(after)
                .flatMap(id -> mergeIn(id, session.withId(after), written, MergeIn.Mode.UPDATE, deadline)
                        .run());
    }

    @Override
    public boolean touch(SessionId id, int maxInactive, long used) {
        Deadline deadline = deadline(id);
        while (true) {
            Holders holders = belief.holders(id.store());
            List<Outcome> outcomes = touchOnce(id, maxInactive, used, holders);
            if (outcomes.contains(Outcome.REFUSED)) {
                throw new SessionsUnavailable("session %s: a store refused to touch it".formatted(id.shortened()));
            }
            boolean all = !outcomes.isEmpty() && outcomes.stream().allMatch(Outcome.OK::equals);
            Touched touched = all ? touched(id, holders, deadline) : Touched.NOT_ALL;
            if (touched == Touched.END) {
                return false;
            }
            if (touched == Touched.SESSION && belief.acknowledges(holders.view())) {
                return true;
            }
            boolean missing = outcomes.contains(Outcome.ABSENT) || touched == Touched.OUTDATED;
            if (missing && !isSpread(id, deadline)) {
                return false;
            }
            holders.written().forEach(holder -> belief.suspect(holder.store()));
            deadline.pause();
        }
    }

    /** Gives the session to the holders that do not have it; false if there is none to give. */
    private boolean isSpread(SessionId id, Deadline deadline) {
        Optional<Remembered> loaded = load(id, null);
        return loaded.isPresent()
                && mergeIn(id, loaded.get().record(), Set.of(), MergeIn.Mode.UPDATE, deadline)
                        .run()
                        .isPresent();
    }

    /** What a touch met. */
    private enum Touched {
        /** The session, the same on all holders that must have it. */
        SESSION,
        /** A holder that is not believed has missed writes; nobody may copy them there but who uses the session. */
        OUTDATED,
        /** A tombstone. */
        END,
        /** Not every holder has it, or not every one answered. */
        NOT_ALL
    }

    /** What was touched: a touch is blind, and only afterwards can be told what it met. */
    private Touched touched(SessionId id, Holders holders, Deadline deadline) {
        CopyReader reader = new CopyReader(codec, id, counts);
        Map<Holder, SessionRecord> there = new LinkedHashMap<>();
        Answers.ask(holders.written(), keys.session(id), timing).forEach((holder, reply) -> {
            if (reply instanceof Reply.Found found) {
                Optional.ofNullable(reader.read(holder.name(), found)).ifPresent(record -> there.put(holder, record));
            }
        });
        Optional<SessionRecord> end =
                there.values().stream().filter(SessionRecord::isTombstone).findFirst();
        if (end.isPresent()) {
            keepEnd(id, end.get(), there, deadline);
            return Touched.END;
        }
        return areUpToDate(holders, there) ? Touched.SESSION : Touched.OUTDATED;
    }

    /**
     * Gives a tombstone, which another node has put there, the life back that it has to have; and a holder that has missed
     * it must not keep what the touch gave a longer life.
     */
    private void keepEnd(SessionId id, SessionRecord end, Map<Holder, SessionRecord> there, Deadline deadline) {
        List<CompletableFuture<Outcome>> restored = new ArrayList<>();
        there.forEach((holder, record) -> {
            if (record.isTombstone()) {
                restored.add(holder.store().touch(keys.session(id), Expiry.of(record, timing.millis())));
            }
        });
        timing.awaitAll(restored);
        if (restored.size() < there.size()) {
            spread(id, end, deadline);
        }
    }

    /** Whether those that are not believed have all that the others have. */
    private static boolean areUpToDate(Holders holders, Map<Holder, SessionRecord> there) {
        Optional<SessionRecord> agreed = holders.believed().stream()
                .flatMap(holder -> Optional.ofNullable(there.get(holder)).stream())
                .reduce(SessionRecord::merge);
        return agreed.isEmpty()
                || holders.told().stream().allMatch(holder -> {
                    SessionRecord record = there.get(holder);
                    return record != null
                            && SessionRecord.mergeInto(agreed.get(), record).equals(record);
                });
    }

    private List<Outcome> touchOnce(SessionId id, int maxInactive, long used, Holders holders) {
        if (holders.believed().isEmpty()) {
            return List.of();
        }
        int expiry = Expiry.of(maxInactive, timing.millis());
        byte[] millis = Long.toString(used).getBytes(StandardCharsets.US_ASCII);
        List<CompletableFuture<Outcome>> sent = new ArrayList<>();
        for (Holder holder : holders.written()) {
            sent.add(holder.store().touch(keys.session(id), expiry));
            sent.add(holder.store().set(keys.lastAccess(id), millis, expiry).thenApply(Stored::outcome));
        }
        timing.awaitAll(sent);
        return sent.stream().map(CompletableFuture::join).toList();
    }

    @Override
    public OptionalLong lastAccess(SessionId id) {
        List<Holder> believed = belief.holders(id.store()).believed();
        return Answers.ask(believed, keys.lastAccess(id), timing).values().stream()
                .mapToLong(reply -> reply instanceof Reply.Found found ? millis(found.value()) : -1)
                .filter(millis -> millis >= 0)
                .max();
    }

    /** Reads a mark that another node, or anyone with access to the store, wrote; -1 if it is none. */
    static long millis(byte[] value) {
        String text = new String(value, StandardCharsets.US_ASCII);
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }

    @Override
    public boolean end(SessionId id, SessionRecord last, long writer) {
        Deadline deadline = deadline(id);
        CopyReader reader = new CopyReader(codec, id, counts);
        while (true) {
            Asked asked = ask(id, deadline);
            Answers answers = asked.answers();
            answers.decode(null, reader);
            SessionRecord known = answers.nothing() || answers.onlyDamaged() ? last : answers.merged();
            if (known.isMoved()) {
                return endMoved(follow(id, known, deadline), writer);
            }
            if (known.isTombstone()) {
                spread(id, known, deadline);
                return known.maxInactiveStamp().writer() == writer;
            }
            SessionRecord tombstone = SessionRecord.merge(known, last).tombstone(writer);
            if (isDecided(id, asked, tombstone)) {
                spread(id, tombstone, deadline);
                return true;
            }
            deadline.check();
        }
    }

    private boolean endMoved(Optional<Remembered> there, long writer) {
        return there.map(Remembered::record)
                .filter(session -> SessionId.parse(session.id())
                        .filter(after -> end(after, session, writer))
                        .isPresent())
                .isPresent();
    }

    /**
     * Lets one holder, the same for all who end or move the session now, say who was first. Under another view another
     * holder may be the judge, so his word counts only while this one stands.
     */
    private boolean isDecided(SessionId id, Asked asked, SessionRecord change) {
        byte[] bytes = codec.encode(change);
        int expiry = Expiry.of(change, timing.millis());
        Store judge = asked.judge().store();
        CompletableFuture<Stored> stored = asked.answers().reply(asked.judge()) instanceof Reply.Found found
                ? judge.cas(keys.session(id), found, bytes, expiry)
                : judge.add(keys.session(id), bytes, expiry);
        timing.await(stored);
        return stored.join().outcome() == Outcome.OK
                && belief.acknowledges(asked.holders().view());
    }

    @Override
    public void recover(SessionId id, SessionRecord session) {
        var unused = mergeIn(id, session, Set.of(), MergeIn.Mode.RECOVER, deadline(id))
                .run();
    }

    @Override
    public void expect(int maxInactive) {
        belief.keeps(Expiry.longest(maxInactive));
    }

    @Override
    public List<ListedKey> keys(SessionId id, int maxInactive) {
        long seconds = Expiry.seconds(maxInactive);
        return List.of(new ListedKey(keys.session(id), seconds), new ListedKey(keys.lastAccess(id), seconds));
    }

    @Override
    public Optional<SessionId> sessionOf(String key) {
        return keys.sessionOf(key);
    }

    private void spread(SessionId id, SessionRecord tombstone, Deadline deadline) {
        var unused =
                mergeIn(id, tombstone, Set.of(), MergeIn.Mode.SPREAD, deadline).run();
    }

    private MergeIn mergeIn(
            SessionId id, SessionRecord session, Set<String> written, MergeIn.Mode mode, Deadline deadline) {
        expect(session.longestMaxInactive());
        return new MergeIn(belief, timing, codec, counts, deadline, id, keys.session(id), session, written, mode);
    }

    private Deadline deadline(SessionId id) {
        return new Deadline(timing, budget, () -> "session " + id.shortened(), belief.setting());
    }
}
