package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;

class AttributeChangeTest {

    private static final long OURS = 7;
    private static final long THEIRS = 8;

    private static final SessionRecord NEW = SessionRecord.created("00-m1", 1, 1800);

    private static Attribute attribute(long counter, long writer, String value) {
        return new Attribute(
                new Stamp(counter, true, writer), Attribute.STRING, "", value.getBytes(StandardCharsets.UTF_8));
    }

    private static Attribute removed(long counter, long writer) {
        return Attribute.removed(new Stamp(counter, true, writer), 1);
    }

    /** As {@code name before after}, with a dash for nothing. */
    private static List<String> between(@Nullable SessionRecord before, SessionRecord after) {
        return AttributeChange.between(before, after, writer -> writer == OURS).stream()
                .map(change -> change.name() + " " + text(change.before()) + " " + text(change.after()))
                .toList();
    }

    private static String text(@Nullable Attribute attribute) {
        return attribute == null ? "-" : new String(attribute.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void whatHasAnotherStampHasChanged() {
        SessionRecord before = NEW.with(Map.of(
                "same", attribute(1, THEIRS, "1"),
                "set", attribute(1, THEIRS, "1"),
                "again", attribute(1, THEIRS, "1"),
                "gone", attribute(1, THEIRS, "1")));
        SessionRecord after = before.with(Map.of(
                "set", attribute(2, THEIRS, "2"),
                "again", attribute(2, THEIRS, "1"),
                "gone", removed(2, THEIRS),
                "added", attribute(1, THEIRS, "2")));
        assertEquals(List.of("added - 2", "again 1 1", "gone 1 -", "set 1 2"), between(before, after));
        assertEquals(List.of(), between(after, after));
    }

    @Test
    void aSessionBeginsWithNothing() {
        assertEquals(
                List.of("x - 1"),
                between(null, NEW.with(Map.of("x", attribute(1, THEIRS, "1"), "gone", removed(2, THEIRS)))));
        assertEquals(List.of(), between(null, NEW));
    }

    @Test
    void whatWasRemovedAndIsSetAnewIsAdded() {
        SessionRecord before = NEW.with(Map.of("x", removed(2, THEIRS)));
        assertEquals(List.of("x - 1"), between(before, before.with(Map.of("x", attribute(3, THEIRS, "1")))));
        assertEquals(List.of(), between(before, before.with(Map.of("x", removed(3, THEIRS)))));
    }

    @Test
    void whatThisNodeWroteIsLeftOut() {
        SessionRecord before = NEW.with(Map.of("x", attribute(1, THEIRS, "1"), "y", attribute(1, OURS, "1")));
        SessionRecord after = before.with(Map.of("x", attribute(2, OURS, "2"), "y", attribute(2, THEIRS, "2")));
        assertEquals(List.of("y 1 2"), between(before, after));
    }

    @Test
    void whatASessionHadIsGoneWithItUnlessThisNodeEndedIt() {
        SessionRecord before = NEW.with(Map.of(
                "x", attribute(1, THEIRS, "1"),
                "y", attribute(1, OURS, "2"),
                "gone", removed(2, THEIRS)));
        assertEquals(List.of("x 1 -", "y 2 -"), between(before, before.tombstone(THEIRS)));
        assertEquals(List.of(), between(before, before.tombstone(OURS)));
        assertEquals(List.of(), between(null, before.tombstone(THEIRS)));
    }

    @Test
    void nothingIsLostOrWonWhenASessionGetsAnotherId() {
        SessionRecord before = NEW.with(Map.of("x", attribute(1, THEIRS, "1")));
        SessionRecord moving = before.movingTo("01-m1");
        assertEquals(List.of(), between(before, moving));
        assertEquals(List.of(), between(moving, moving.tombstone(0)));
        assertEquals(List.of(), between(moving.withId("01-m1"), moving.withId("01-m1")));
    }
}
