package org.keepsake.node.session.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.memcached.Reply;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.session.view.Belief;
import org.keepsake.node.session.view.Holders;

/** What is left to a merge by timing that a schedule of whole stores hardly ever hits. */
class MergeInTest {

    private static final SessionId ID = new SessionId("0".repeat(32), "m1");
    private static final String KEY = "s:/app:" + ID;

    private final RestartingStore m1 = new RestartingStore("m1");
    private final RestartingStore m2 = new RestartingStore("m2");

    /** Both stores answer again before anybody saw one of them go: they are the holders in every round. */
    private MergeIn merge(MergeIn.Mode mode, SessionRecord session, Set<String> written) {
        Deadline deadline = new Deadline(Timing.SYSTEM, Duration.ofSeconds(5), "session");
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

    private final class BothHold implements Belief {

        @Override
        public Holders holders(String home) {
            return new Holders(
                    1,
                    List.of(new Holders.Holder(m1, m1.incarnation()), new Holders.Holder(m2, m2.incarnation())),
                    List.of(),
                    true);
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
        public void suspect(MemcachedConnection store) {
            // Both are up all the time.
        }

        @Override
        public Optional<MemcachedConnection> chooseHome() {
            return Optional.of(m1);
        }
    }
}
