package org.keepsake.node.session.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.MalformedRecord;
import org.keepsake.node.session.record.NewerRecord;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.session.view.Belief;
import org.keepsake.node.session.view.Holders;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Store;

/** What is left to a merge by timing that a schedule of whole stores hardly ever hits. */
class MergeInTest {

    private static final SessionId ID = new SessionId("0".repeat(32), "m1");
    private static final String KEY = "s:/app:" + ID;

    private final RestartingStore m1 = new RestartingStore("m1");
    private final RestartingStore m2 = new RestartingStore("m2");
    private boolean m2IsBelieved = true;

    /** Both stores answer again before anybody saw one of them go: they are the holders in every round. */
    private MergeIn merge(MergeIn.Mode mode, SessionRecord session, Set<String> written) {
        Deadline deadline = new Deadline(Timing.SYSTEM, Duration.ofSeconds(5), () -> "session", "--memcached-nodes");
        return new MergeIn(
                new BothHold(),
                Timing.SYSTEM,
                RecordCodec.PLAIN,
                new Counts(),
                deadline,
                ID,
                KEY,
                session,
                written,
                mode);
    }

    private static SessionRecord counting(int count) {
        Attribute x = new Attribute(new Stamp(count, true, count), Attribute.INT, "", new byte[] {(byte) count});
        return SessionRecord.created(ID.toString(), 1, 1800).with(Map.of("x", x));
    }

    @Test
    void writesAgainToAStoreThatTookTheWriteAndCameBackEmptyBeforeTheOtherOneHadIt() {
        m2.noAnswerToTheNextWrite(m1::restart);
        Optional<Remembered> merged =
                merge(MergeIn.Mode.CREATE, counting(1), Set.of()).run();
        assertTrue(merged.isPresent());
        assertEquals(Set.of(KEY), m2.items.keySet());
        assertEquals(Set.of(KEY), m1.items.keySet(), "m1 lost what it had taken, and nobody looked again");
    }

    @Test
    void savesAgainToAStoreThatTookTheSaveAndCameBackEmpty() {
        Optional<Remembered> created =
                merge(MergeIn.Mode.CREATE, counting(1), Set.of()).run();
        assertTrue(created.isPresent());
        m2.noAnswerToTheNextWrite(m1::restart);
        Optional<Remembered> merged =
                merge(MergeIn.Mode.UPDATE, counting(2), Set.of("x")).run();
        assertEquals(counting(2), merged.orElseThrow().record());
        assertEquals(Set.of(KEY), m1.items.keySet(), "m1 lost what it had taken, and nobody looked again");
    }

    @Test
    void givesWayToASaveThatBothStoresHaveThoughOnlyOneIsKnownFromBefore() {
        assertEquals(5, writerAfterAStaleSave(), "a save went over another one that it had not seen");
    }

    @Test
    void leavesNothingOfASaveThatGaveWayOnAStoreThatIsNotBelieved() {
        m2IsBelieved = false;
        assertEquals(5, writerAfterAStaleSave(), "what is on no believed store was said to be saved");
    }

    @Test
    void whatIsOnlyOnAStoreThatIsNotBelievedGivesWayToWhatTheBelievedOneHas() {
        Optional<Remembered> created =
                merge(MergeIn.Mode.CREATE, counting(1), Set.of()).run();
        Reply.Found unsaved = new Reply.Found(RecordCodec.PLAIN.encode(writtenBy(9)), 77, m2.epoch());
        m2IsBelieved = false;
        Optional<Remembered> saved =
                merge(MergeIn.Mode.UPDATE, writtenBy(5), Set.of("x")).run();
        assertTrue(created.isPresent() && saved.isPresent());
        m2.items.put(KEY, unsaved);
        Attribute y = new Attribute(new Stamp(1, true, 6), Attribute.INT, "", new byte[] {1});
        SessionRecord other = writtenBy(5).with(Map.of("y", y));
        assertTrue(merge(MergeIn.Mode.UPDATE, other, Set.of("y")).run().isPresent());
        assertEquals(5, writerOn(m2), "what is on no believed store would look like a save once that one is");
    }

    @Test
    void putsAllThatTheOtherStoreHasByNowWhereACopyVanished() {
        Optional<Remembered> created =
                merge(MergeIn.Mode.CREATE, counting(1), Set.of()).run();
        m2.noAnswerToTheNextWrite(() -> {
            assertTrue(
                    merge(MergeIn.Mode.UPDATE, writtenBy(5), Set.of("x")).run().isPresent());
            m2.items.remove(KEY);
        });
        Attribute y = new Attribute(new Stamp(1, true, 6), Attribute.INT, "", new byte[] {1});
        Optional<Remembered> late = merge(MergeIn.Mode.UPDATE, counting(1).with(Map.of("y", y)), Set.of("y"))
                .run();
        assertTrue(created.isPresent() && late.isPresent());
        assertEquals(5, writerOn(m2), "m2 lacks what was saved on both before it lost its copy");
    }

    @Test
    void putsWhatASaveGaveWayToOnAStoreThatIsNotBelieved() {
        m2IsBelieved = false;
        Optional<Remembered> created =
                merge(MergeIn.Mode.CREATE, counting(1), Set.of()).run();
        Reply.Found before = Objects.requireNonNull(m2.items.get(KEY));
        Optional<Remembered> saved =
                merge(MergeIn.Mode.UPDATE, writtenBy(5), Set.of("x")).run();
        m2.items.put(KEY, before);
        Optional<Remembered> late =
                merge(MergeIn.Mode.UPDATE, writtenBy(9), Set.of("x")).run();
        assertTrue(created.isPresent() && saved.isPresent() && late.isPresent());
        assertEquals(5, writerOn(m2), "m2 lacks what m1 has and what was told");
    }

    @Test
    void givesWayToASaveThatOneStoreHasAndTheOtherOneLost() {
        SessionRecord handed = counting(1);
        Optional<Remembered> created =
                merge(MergeIn.Mode.CREATE, handed, Set.of()).run();
        Map<String, Reply.Found> seen = Map.of("m1", found(m1), "m2", found(m2));
        Optional<Remembered> saved =
                merge(MergeIn.Mode.UPDATE, writtenBy(5), Set.of("x")).run();
        m2.items.remove(KEY);
        Optional<Remembered> late = merge(MergeIn.Mode.UPDATE, writtenBy(9), Set.of("x"))
                .from(new Remembered(handed, found(m1).value(), seen))
                .run();
        assertTrue(created.isPresent() && saved.isPresent() && late.isPresent());
        assertEquals(5, writerOn(m1), "a save went over another one that it had not seen");
        assertEquals(5, writerOn(m2));
    }

    @Test
    void writesAfterAllWhatGaveWayToASaveThatAllStoresLost() {
        Optional<Remembered> created =
                merge(MergeIn.Mode.CREATE, counting(1), Set.of()).run();
        Optional<Remembered> saved =
                merge(MergeIn.Mode.UPDATE, writtenBy(5), Set.of("x")).run();
        m2.noAnswerToTheNextWrite(() -> {
            m1.restart();
            m2.restart();
            assertTrue(merge(MergeIn.Mode.CREATE, counting(1), Set.of()).run().isPresent());
        });
        Attribute y = new Attribute(new Stamp(1, true, 9), Attribute.INT, "", new byte[] {1});
        Optional<Remembered> late = merge(MergeIn.Mode.UPDATE, writtenBy(9).with(Map.of("y", y)), Set.of("x", "y"))
                .run();
        assertTrue(created.isPresent() && saved.isPresent() && late.isPresent());
        assertEquals(9, writerOn(m1), "what was answered is nowhere");
        assertEquals(9, writerOn(m2));
    }

    private static Reply.Found found(RestartingStore store) {
        return Objects.requireNonNull(store.items.get(KEY));
    }

    /** Who is told to have written last when 9 saves what it was handed before 5 saved, and knows of m1 only. */
    private long writerAfterAStaleSave() {
        SessionRecord handed = counting(1);
        Optional<Remembered> created =
                merge(MergeIn.Mode.CREATE, handed, Set.of()).run();
        Reply.Found before = m1.items.get(KEY);
        Optional<Remembered> saved =
                merge(MergeIn.Mode.UPDATE, writtenBy(5), Set.of("x")).run();
        assertTrue(created.isPresent() && saved.isPresent() && before != null);
        Optional<Remembered> late = merge(MergeIn.Mode.UPDATE, writtenBy(9), Set.of("x"))
                .from(new Remembered(handed, before.value(), Map.of("m1", before)))
                .run();
        long writer = late.orElseThrow().record().stampOf("x").writer();
        assertEquals(writer, writerOn(m1));
        assertEquals(writer, writerOn(m2));
        return writer;
    }

    private static SessionRecord writtenBy(long writer) {
        Attribute x = new Attribute(new Stamp(2, true, writer), Attribute.INT, "", new byte[] {2});
        return counting(1).with(Map.of("x", x));
    }

    private static long writerOn(RestartingStore store) {
        try {
            return RecordCodec.PLAIN
                    .decode(ID.toString(), found(store).value())
                    .stampOf("x")
                    .writer();
        } catch (MalformedRecord | NewerRecord e) {
            throw new AssertionError(e);
        }
    }

    private final class BothHold implements Belief {

        @Override
        public Holders holders(String home) {
            Holders.Holder first = new Holders.Holder(m1, m1.incarnation());
            Holders.Holder second = new Holders.Holder(m2, m2.incarnation());
            return m2IsBelieved
                    ? new Holders(1, List.of(first, second), List.of(), true)
                    : new Holders(1, List.of(first), List.of(second), false);
        }

        @Override
        public Standing standing(Holders.Holder holder, Reply view, long number) {
            return Standing.SAME;
        }

        @Override
        public boolean acknowledges(long number) {
            return true;
        }

        @Override
        public void suspect(Store store) {
            // Both are up all the time.
        }

        @Override
        public Optional<Store> chooseHome() {
            return Optional.of(m1);
        }
    }
}
