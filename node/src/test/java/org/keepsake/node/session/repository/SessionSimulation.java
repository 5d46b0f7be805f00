package org.keepsake.node.session.repository;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;

/**
 * One session, three nodes and two stores, one of which at a time is at fault. Requests read, think or freeze, then
 * write an attribute of their own and count one up. What was promised is checked at every read and at the end.
 */
final class SessionSimulation {

    private static final int REQUESTS = 16;
    private static final String COUNTER = "counter";

    private final Random random;
    private final Schedule schedule;
    private final List<SimulatedStore> stores;
    private final List<Node> nodes = new ArrayList<>();
    private final boolean endsIt;
    private final Set<String> acknowledged = new HashSet<>();
    private SessionId id = new SessionId("0".repeat(32), "m1");
    private long highest;
    private boolean ended;
    private int endings;
    private long writers;
    int refused;

    private static final class Node {
        final MemcachedRepository repository;

        @Nullable
        Remembered remembered;

        Node(MemcachedRepository repository) {
            this.repository = repository;
        }

        void remember(Remembered seen) {
            boolean newer = remembered == null
                    || SessionRecord.merge(remembered.record(), seen.record()).equals(seen.record());
            if (newer) {
                remembered = seen;
            }
        }
    }

    SessionSimulation(long seed, boolean endsIt) {
        this.random = new Random(seed);
        this.endsIt = endsIt;
        this.schedule = new Schedule(random);
        this.stores = List.of(new SimulatedStore("m1", schedule, random), new SimulatedStore("m2", schedule, random));
        stores.forEach(store -> store.blinks(random.nextBoolean() ? 0.03 : 0));
        for (int i = 0; i < 3; i++) {
            List<MemcachedConnection> ring =
                    stores.stream().map(SimulatedStore::connect).toList();
            nodes.add(new Node(new MemcachedRepository(
                    () -> ring, Keys.of("/app", ""), RecordCodec.PLAIN, schedule, Duration.ofSeconds(5), random)));
        }
    }

    /** Returns how many writes were acknowledged. */
    int run() {
        try {
            schedule.start(this::begin);
            schedule.run();
            schedule.start(this::faults);
            for (int i = 0; i < REQUESTS; i++) {
                boolean last = endsIt && i == REQUESTS / 2 + random.nextInt(REQUESTS / 2);
                schedule.start(last || (endsIt && i == REQUESTS - 1) ? this::end : this::request);
            }
            schedule.run();
            schedule.drain();
            schedule.start(this::check);
            schedule.run();
            return acknowledged.size();
        } finally {
            schedule.close();
        }
    }

    private Node anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private void begin() {
        Node node = anyNode();
        id = node.repository.newId();
        SessionRecord created = SessionRecord.created(id.toString(), schedule.millis(), 1800);
        node.remember(node.repository.create(id, written(created, COUNTER, 0, 0)));
    }

    private static SessionRecord written(SessionRecord seen, String name, long value, long writer) {
        Stamp stamp = seen.stampOf(name).next(true, writer);
        byte[] bytes = ByteBuffer.allocate(8).putLong(value).array();
        return seen.with(Map.of(name, new Attribute(stamp, Attribute.LONG, "", bytes)));
    }

    private static long counter(SessionRecord session) {
        Attribute counter = session.attributes().get(COUNTER);
        return counter == null ? -1 : ByteBuffer.wrap(counter.bytes()).getLong();
    }

    private void request() {
        schedule.pause(Duration.ofMillis(random.nextInt(6_000)));
        try {
            serve(anyNode());
        } catch (SessionsUnavailable e) {
            refused++;
        }
    }

    private void serve(Node node) {
        Set<String> mustSee = new HashSet<>(acknowledged);
        long atLeast = highest;
        boolean gone = ended;
        Optional<Remembered> loaded = node.repository.load(id, node.remembered);
        if (loaded.isEmpty()) {
            require(endings > 0, "there was said to be no session");
            return;
        }
        require(!gone, "a session that was ended came back");
        node.remember(loaded.get());
        SessionRecord seen = loaded.get().record();
        require(seen.attributes().keySet().containsAll(mustSee), "an acknowledged attribute was not read");
        require(counter(seen) >= atLeast, "the counter went back from " + atLeast + " to " + counter(seen));
        think();
        if (random.nextInt(4) == 0) {
            boolean unused = node.repository.touch(id, 1800);
            return;
        }
        write(node, seen);
    }

    private void write(Node node, SessionRecord seen) {
        long writer = ++writers;
        String own = "a" + writer;
        long count = counter(seen) + 1;
        SessionRecord mine = written(written(seen, own, writer, writer), COUNTER, count, writer);
        Optional<Remembered> saved = node.repository.merge(id, mine, Set.of(own, COUNTER), node.remembered);
        if (saved.isPresent()) {
            node.remember(saved.get());
            acknowledged.add(own);
            highest = Math.max(highest, count);
        }
    }

    /** Most requests are quick, some are slow, and sometimes a node freezes in the middle of one. */
    private void think() {
        int[] millis = {0, 0, 1, 20, 400, 4_000};
        schedule.pause(Duration.ofMillis(millis[random.nextInt(millis.length)]));
    }

    private void end() {
        schedule.pause(Duration.ofMillis(2_000 + random.nextInt(4_000)));
        Node node = anyNode();
        try {
            Optional<Remembered> loaded = node.repository.load(id, node.remembered);
            if (loaded.isPresent()) {
                endings++;
                boolean unused = node.repository.end(id, loaded.get().record(), ++writers);
                ended = true;
            }
        } catch (SessionsUnavailable e) {
            refused++;
        }
    }

    /** One store after the other, each time after the session was touched with both up. */
    private void faults() {
        for (int n = random.nextInt(4); n > 0; n--) {
            schedule.pause(Duration.ofMillis(random.nextInt(1_500)));
            SimulatedStore store = stores.get(random.nextInt(stores.size()));
            switch (random.nextInt(3)) {
                case 0 -> store.crash();
                case 1 -> store.hang();
                default -> store.flaky(0.3);
            }
            schedule.pause(Duration.ofMillis(1 + random.nextInt(3_000)));
            store.recover();
            // Until the last question it left unanswered has timed out, a node may still declare it down.
            schedule.pause(SimulatedStore.OPERATION_TIMEOUT.plusMillis(10));
            while (!stores.stream().allMatch(SimulatedStore::isUpEverywhere)) {
                schedule.pause(Duration.ofMillis(50));
            }
            heal();
        }
    }

    private void heal() {
        while (true) {
            try {
                Optional<Remembered> unused = anyNode().repository.load(id, null);
                return;
            } catch (SessionsUnavailable e) {
                refused++;
            }
        }
    }

    private void check() {
        Optional<Remembered> last = anyNode().repository.load(id, null);
        if (endings > 0) {
            require(!ended || last.isEmpty(), "a session that was ended came back in the end");
            return;
        }
        require(last.isPresent(), "the session was lost");
        SessionRecord record = last.orElseThrow().record();
        require(record.attributes().keySet().containsAll(acknowledged), "an acknowledged write was lost");
        require(counter(record) >= highest, "the counter ended at " + counter(record) + ", below " + highest);
    }

    private static void require(boolean promise, String broken) {
        if (!promise) {
            throw new AssertionError(broken);
        }
    }
}
