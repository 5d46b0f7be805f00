package org.keepsake.node.session.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MergeTest {

    private static SessionRecord merge(SessionRecord a, SessionRecord b) {
        return SessionRecord.merge(a, b);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void isCommutativeAssociativeAndIdempotent(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 4_000; i++) {
            SessionRecord a = RandomRecords.next(random);
            SessionRecord b = RandomRecords.next(random);
            SessionRecord c = RandomRecords.next(random);
            assertEquals(merge(a, b), merge(b, a), "seed " + seed);
            assertEquals(merge(merge(a, b), c), merge(a, merge(b, c)), "seed " + seed);
            assertEquals(a, merge(a, a), "seed " + seed);
            assertEquals(merge(a, b), merge(merge(a, b), b), "seed " + seed);
        }
    }

    private static SessionRecord with(Stamp stamp) {
        return SessionRecord.created("id-m", 1, 60)
                .with(Map.of("x", new Attribute(stamp, Attribute.INT, "", new byte[] {(byte) stamp.counter()})));
    }

    @Test
    void whatSawMoreWinsThenWhatWasSaidThenTheWriter() {
        assertEquals(
                2,
                merge(with(new Stamp(2, false, 1)), with(new Stamp(1, true, 9)))
                        .stampOf("x")
                        .counter());
        assertTrue(merge(with(new Stamp(2, false, 9)), with(new Stamp(2, true, 1)))
                .stampOf("x")
                .explicit());
        assertEquals(
                9,
                merge(with(new Stamp(2, true, 9)), with(new Stamp(2, true, 1)))
                        .stampOf("x")
                        .writer());
    }

    @Test
    void aTombstoneWinsAndKeepsNothing() {
        SessionRecord alive = with(new Stamp(1, true, 1));
        SessionRecord merged = merge(alive, SessionRecord.created("id-m", 1, 60).tombstone(3));
        assertTrue(merged.isTombstone());
        assertTrue(merged.attributes().isEmpty());
    }

    @Test
    void whatWasRemovedStaysRemoved() {
        SessionRecord before = with(new Stamp(1, true, 1));
        SessionRecord removed = before.with(Map.of("x", Attribute.removed(new Stamp(2, true, 1), 5)));
        assertEquals(removed, merge(before, removed));
    }

    @Test
    void joinsOnlyRecordsOfOneSession() {
        SessionRecord one = SessionRecord.created("one-m", 1, 60);
        SessionRecord other = SessionRecord.created("other-m", 1, 60);
        assertThrows(IllegalArgumentException.class, () -> merge(one, other));
    }

    @Test
    void aTombstoneKnowsTheLongestLifeTheRecordWasEverGiven() {
        SessionRecord shortened = SessionRecord.created("id-m", 1, 3600).withMaxInactive(60, new Stamp(1, true, 1));
        assertEquals(3600, shortened.tombstone(1).longestMaxInactive());
        assertEquals(
                SessionRecord.FOREVER,
                SessionRecord.created("id-m", 1, 0).tombstone(1).longestMaxInactive());
    }
}
