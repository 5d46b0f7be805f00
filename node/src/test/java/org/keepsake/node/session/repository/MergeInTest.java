package org.keepsake.node.session.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.keepsake.node.memcached.Listing;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.memcached.MemcachedNode;
import org.keepsake.node.memcached.Outcome;
import org.keepsake.node.memcached.Reply;
import org.keepsake.node.memcached.Stored;
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

    /** A store that can be restarted, empty, so fast that it is never seen down. */
    private static final class RestartingStore implements MemcachedConnection {

        private final MemcachedNode node;
        private final Map<String, Reply.Found> items = new HashMap<>();
        private Runnable meanwhile = () -> {};
        private boolean silent;
        private long cas;
        private long epoch = 1;

        RestartingStore(String name) {
            node = new MemcachedNode(name, "127.0.0.1", 1, false);
        }

        void restart() {
            items.clear();
            epoch++;
            cas = 0;
        }

        void noAnswerToTheNextWrite(Runnable butThis) {
            silent = true;
            meanwhile = butThis;
        }

        private CompletableFuture<Stored> write(boolean asked, Outcome otherwise, String key, byte[] value) {
            if (silent) {
                silent = false;
                meanwhile.run();
                return CompletableFuture.completedFuture(new Stored(Outcome.UNKNOWN, 0, 0));
            }
            if (asked) {
                items.put(key, new Reply.Found(value, ++cas, epoch));
            }
            return CompletableFuture.completedFuture(new Stored(asked ? Outcome.OK : otherwise, 0, epoch));
        }

        @Override
        public MemcachedNode node() {
            return node;
        }

        @Override
        public boolean up() {
            return true;
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public long maxItemSize() {
            return 1 << 20;
        }

        @Override
        public CompletableFuture<Reply> gets(String key) {
            Reply.Found found = items.get(key);
            return CompletableFuture.completedFuture(found == null ? new Reply.Absent(epoch) : found);
        }

        @Override
        public CompletableFuture<Stored> add(String key, byte[] value, int expiry) {
            return write(!items.containsKey(key), Outcome.NOT_STORED, key, value);
        }

        @Override
        public CompletableFuture<Stored> cas(String key, Reply.Found seen, byte[] value, int expiry) {
            Reply.Found now = items.get(key);
            Outcome otherwise = now == null ? Outcome.ABSENT : Outcome.EXISTS;
            return write(seen.equals(now), otherwise, key, value);
        }

        @Override
        public CompletableFuture<Stored> set(String key, byte[] value, int expiry) {
            throw new UnsupportedOperationException("a record is never set");
        }

        @Override
        public CompletableFuture<Outcome> touch(String key, int expiry) {
            throw new UnsupportedOperationException("a merge touches nothing");
        }

        @Override
        public CompletableFuture<Outcome> delete(String key) {
            throw new UnsupportedOperationException("a merge deletes nothing");
        }

        @Override
        public CompletableFuture<List<Reply>> gets(List<String> keys) {
            throw new UnsupportedOperationException("a merge reads one key");
        }

        @Override
        public CompletableFuture<Listing> list(List<String> prefixes) {
            throw new UnsupportedOperationException("a merge lists nothing");
        }

        @Override
        public String incarnation() {
            return node.name() + ":1:" + epoch;
        }

        @Override
        public void renew() {
            epoch++;
        }
    }
}
