package org.keepsake.node.session.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.keepsake.node.session.settings.LockSettings;
import org.keepsake.node.session.settings.LockingMode;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.store.Reply;

/** Locks that a store takes only when it wakes, for requests that have long gone elsewhere. */
class SessionLocksTest {

    private static final SessionId ID = new SessionId("0".repeat(32), "m1");
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final RestartingStore store = new RestartingStore("m1");
    private final Counts counts = new Counts();
    private final SessionLocks a = locks("A", 1);
    private final SessionLocks b = locks("B", 2);

    private SessionLocks locks(String node, long seed) {
        return new SessionLocks(
                id -> Optional.of(store),
                Keys.of("/app", ""),
                node,
                new LockSettings(LockingMode.parse("all"), Duration.ofSeconds(3), LockSettings.TimeoutAction.FAIL),
                PATIENCE,
                Timing.SYSTEM,
                new Random(seed),
                counts);
    }

    @Test
    void aRequestTakesOverWhatAFormerOneOfItsNodeLeftBehind() {
        assertNotTaken(a);
        a.acquire(ID).orElseThrow().release();
        assertEquals(Map.of(), store.items);
    }

    @Test
    void anotherNodeGetsWhatTheFormerOneLeftBehindAsSoonAsThatHasLooked() {
        assertNotTaken(a);
        assertThrows(SessionsUnavailable.class, () -> b.acquire(ID));
        a.renew();
        b.acquire(ID).orElseThrow().release();
        assertEquals(Map.of(), store.items);
    }

    @Test
    void aLockWhoseReturnWasNotAnsweredIsGivenBackAgain() {
        SessionLock lock = a.acquire(ID).orElseThrow();
        store.noAnswerToTheNextWrite(() -> {});
        lock.release();
        assertEquals(1, store.items.size(), "the store did not hear of it");
        a.renew();
        b.acquire(ID).orElseThrow().release();
    }

    @Test
    void aLockThatIsHeldIsNotTakenForOneLeftBehind() {
        assertNotTaken(a);
        SessionLock held = a.acquire(ID).orElseThrow();
        a.renew();
        assertEquals(1, store.items.size());
        assertThrows(SessionsUnavailable.class, () -> b.acquire(ID));
        held.release();
    }

    @Test
    void whatWasLeftBehindIsForgottenWhenTheStoreHasNothing() throws InterruptedException {
        assertNotTaken(a);
        assertFalse(a.isIdle());
        for (int i = 0; i < 15; i++) {
            a.renew();
            Thread.sleep(100);
        }
        assertTrue(a.isIdle());
    }

    /** The store does not answer the one who asks for a lock, gives it to him when it wakes, and he is gone. */
    private void assertNotTaken(SessionLocks locks) {
        store.hangUnnoticed();
        assertThrows(SessionsUnavailable.class, () -> locks.acquire(ID));
        store.wake();
        assertEquals(1, store.items.size());
        Reply.Found left = store.items.values().iterator().next();
        assertTrue(LockValue.read(left.value()).isPresent());
    }
}
