package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.keepsake.node.memcached.ListedKey;
import org.keepsake.node.memcached.Listing;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.memcached.MemcachedNode;
import org.keepsake.node.memcached.Outcome;
import org.keepsake.node.memcached.Reply;
import org.keepsake.node.memcached.Stored;

/**
 * A store that crashes and comes back empty, hangs and does later what it was told meanwhile, answers late, does things
 * late, or loses answers; and the connections that nodes have to it, which declare it down after three time-outs in a
 * row.
 */
final class SimulatedStore {

    static final Duration OPERATION_TIMEOUT = Duration.ofMillis(300);

    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    private record Item(byte[] value, long cas) {}

    private final MemcachedNode node;
    private final Schedule schedule;
    private final Random random;
    private final Map<String, Item> items = new HashMap<>();
    private final List<Runnable> undone = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private long cas;
    private int incarnation;
    private boolean alive = true;
    private boolean hung;
    private double flaky;
    private double blinks;

    SimulatedStore(String name, Schedule schedule, Random random) {
        this(name, false, schedule, random);
    }

    SimulatedStore(String name, boolean failover, Schedule schedule, Random random) {
        this.node = new MemcachedNode(name, "127.0.0.1", 1, failover);
        this.schedule = schedule;
        this.random = random;
        items.put("i", new Item(new byte[] {1}, ++cas));
    }

    MemcachedConnection connect() {
        Connection connection = new Connection();
        connections.add(connection);
        return connection;
    }

    void crash() {
        alive = false;
        incarnation++;
        items.clear();
        undone.clear();
        cas = 0;
        items.put("i", new Item(new byte[] {1}, ++cas));
        connections.forEach(Connection::lost);
    }

    void hang() {
        hung = true;
    }

    /** Loses or delays this share of what it is told, or of its answers. */
    void flaky(double share) {
        flaky = share;
    }

    /** Leaves this share of questions unanswered also while it is healthy. */
    void blinks(double share) {
        blinks = share;
    }

    void recover() {
        alive = true;
        hung = false;
        flaky = 0;
        List<Runnable> late = new ArrayList<>(undone);
        undone.clear();
        late.forEach(operation -> schedule.after(random.nextInt(50), operation));
    }

    /** Forgets one key, as when memory is short. */
    void evict(String key) {
        items.remove(key);
    }

    boolean has(SessionId id) {
        return items.containsKey("s:/app:" + id);
    }

    /** Puts these bytes in the place of a session's record, as a node of another version would. */
    void put(SessionId id, byte[] bytes) {
        write("s:/app:" + id, bytes);
    }

    /** The bytes of a session's record. */
    byte[] bytes(SessionId id) {
        return Objects.requireNonNull(items.get("s:/app:" + id)).value();
    }

    /** Whether every node believes in it again. */
    boolean isUpEverywhere() {
        return alive && !hung && connections.stream().allMatch(MemcachedConnection::up);
    }

    private Reply read(String key, long epoch) {
        Item item = items.get(key);
        return item == null ? new Reply.Absent(epoch) : new Reply.Found(item.value(), item.cas(), epoch);
    }

    private String who() {
        return "%s:%d:0".formatted(node.name(), incarnation);
    }

    private Listing listed(List<String> prefixes) {
        return new Listing.Keys(items.keySet().stream()
                .filter(key -> prefixes.stream().anyMatch(key::startsWith))
                .map(key -> new ListedKey(key, 0))
                .toList());
    }

    private Outcome write(String key, byte[] value) {
        items.put(key, new Item(value, ++cas));
        return Outcome.OK;
    }

    private Outcome replace(String key, long seen, byte[] value) {
        Item item = items.get(key);
        if (item == null) {
            return Outcome.ABSENT;
        }
        return item.cas() == seen ? write(key, value) : Outcome.EXISTS;
    }

    private final class Connection implements MemcachedConnection {

        private boolean up = true;
        private long epoch = 1;
        private String met = who();
        private int timeouts;
        private boolean blinked;
        private final List<Runnable> unanswered = new ArrayList<>();

        @Override
        public MemcachedNode node() {
            return node;
        }

        @Override
        public boolean up() {
            return up;
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public long maxItemSize() {
            return 1 << 20;
        }

        void lost() {
            if (up) {
                up = false;
                schedule.after(100, this::probe);
            }
            List<Runnable> all = new ArrayList<>(unanswered);
            unanswered.clear();
            all.forEach(Runnable::run);
        }

        private void probe() {
            if (alive && !hung) {
                epoch++;
                met = who();
                timeouts = 0;
                up = true;
            } else {
                schedule.after(100, this::probe);
            }
        }

        private <T> CompletableFuture<T> send(Supplier<T> operation, T notSent, T unknown) {
            if (!up) {
                return CompletableFuture.completedFuture(notSent);
            }
            CompletableFuture<T> answer = new CompletableFuture<>();
            Runnable noAnswer = () -> {
                boolean unused = answer.complete(unknown);
            };
            unanswered.add(noAnswer);
            long sentIn = epoch;
            schedule.after(OPERATION_TIMEOUT.toMillis(), () -> timeOut(answer, unknown, noAnswer, sentIn));
            schedule.after(random.nextInt(3), () -> arrive(operation, answer, noAnswer, incarnation));
            return answer;
        }

        private <T> void timeOut(CompletableFuture<T> answer, T unknown, Runnable noAnswer, long sentIn) {
            unanswered.remove(noAnswer);
            if (answer.complete(unknown) && up && sentIn == epoch && ++timeouts >= 3) {
                lost();
            }
        }

        private <T> void arrive(Supplier<T> operation, CompletableFuture<T> answer, Runnable noAnswer, int sentTo) {
            if (!alive || sentTo != incarnation) {
                return;
            }
            if (hung) {
                undone.add(() -> runIn(sentTo, operation));
                return;
            }
            if (isLost()) {
                if (random.nextBoolean()) {
                    runIn(sentTo, operation);
                } else if (random.nextBoolean()) {
                    schedule.after(random.nextInt(2_000), () -> runIn(sentTo, operation));
                }
                return;
            }
            T done = operation.get();
            schedule.after(random.nextInt(3), () -> {
                unanswered.remove(noAnswer);
                if (answer.complete(done)) {
                    timeouts = 0;
                    blinked = false;
                }
            });
        }

        /** A healthy store may leave a question unanswered too, but not two in a row. */
        private boolean isLost() {
            if (flaky > 0) {
                return random.nextDouble() < flaky;
            }
            boolean lost = timeouts == 0 && !blinked && random.nextDouble() < blinks;
            blinked |= lost;
            return lost;
        }

        private <T> void runIn(int sentTo, Supplier<T> operation) {
            if (alive && sentTo == incarnation) {
                T unused = operation.get();
            }
        }

        @Override
        public CompletableFuture<Reply> gets(String key) {
            long asked = epoch;
            return send(() -> read(key, asked), new Reply.NotSent("down"), new Reply.Unknown("no answer"));
        }

        @Override
        public CompletableFuture<List<Reply>> gets(List<String> keys) {
            long asked = epoch;
            return send(
                    () -> keys.stream().map(key -> read(key, asked)).toList(),
                    Collections.nCopies(keys.size(), new Reply.NotSent("down")),
                    Collections.nCopies(keys.size(), new Reply.Unknown("no answer")));
        }

        private CompletableFuture<Stored> change(Supplier<Outcome> operation) {
            long asked = epoch;
            return send(
                    () -> new Stored(operation.get(), 0, asked),
                    new Stored(Outcome.NOT_SENT, 0, 0),
                    new Stored(Outcome.UNKNOWN, 0, 0));
        }

        @Override
        public CompletableFuture<Stored> add(String key, byte[] value, int expiry) {
            return change(() -> items.containsKey(key) ? Outcome.NOT_STORED : write(key, value));
        }

        @Override
        public CompletableFuture<Stored> cas(String key, Reply.Found seen, byte[] value, int expiry) {
            if (seen.epoch() != epoch) {
                return CompletableFuture.completedFuture(new Stored(Outcome.EXISTS, 0, 0));
            }
            return change(() -> replace(key, seen.cas(), value));
        }

        @Override
        public CompletableFuture<Stored> set(String key, byte[] value, int expiry) {
            return change(() -> write(key, value));
        }

        @Override
        public CompletableFuture<Outcome> touch(String key, int expiry) {
            return send(() -> items.containsKey(key) ? Outcome.OK : Outcome.ABSENT, Outcome.NOT_SENT, Outcome.UNKNOWN);
        }

        @Override
        public CompletableFuture<Outcome> delete(String key) {
            return send(
                    () -> items.remove(key) == null ? Outcome.ABSENT : Outcome.OK, Outcome.NOT_SENT, Outcome.UNKNOWN);
        }

        @Override
        public String incarnation() {
            return met;
        }

        @Override
        public void renew() {
            lost();
        }

        @Override
        public CompletableFuture<Listing> list(List<String> prefixes) {
            return send(() -> listed(prefixes), new Listing.Failed("down"), new Listing.Failed("no answer"));
        }
    }
}
