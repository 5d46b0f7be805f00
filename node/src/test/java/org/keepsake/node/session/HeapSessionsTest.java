package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keepsake.node.session.record.RecordFormat;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.repository.Remembered;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.time.Timing;

class HeapSessionsTest {

    private static final SessionId ID = new SessionId("0".repeat(32), "m1");

    private final HeapSessions heap = new HeapSessions(Timing.SYSTEM);
    private final Remembered loaded = loaded();

    private static Remembered loaded() {
        SessionRecord record = SessionRecord.created(ID.toString(), 1, 1800);
        return new Remembered(record, RecordFormat.encode(record), Map.of());
    }

    @Test
    void takesTheTriesOfARequestToLoadASessionForOneUse() {
        HeldSession first = heap.share(ID, loaded, 5);
        HeldSession second = heap.share(ID, loaded, 5);
        assertSame(first, second);
        assertEquals(5, second.lastAccess());
        assertEquals(0, second.previousAccess(), "no other node may say when it was used before");
    }

    @Test
    void remembersTheUseBefore() {
        heap.share(ID, loaded, 5);
        HeldSession held = heap.share(ID, loaded, 9);
        assertEquals(9, held.lastAccess());
        assertEquals(5, held.previousAccess());
    }
}
