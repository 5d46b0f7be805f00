package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.memcached.MemcachedNode;
import org.keepsake.node.store.ListedKey;
import org.keepsake.node.store.Listing;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Stored;

/**
 * What one node has of one store: epochs that end when the connection breaks, when three operations in a row had no
 * answer or when the store lost its mark, and begin when a probe learnt the incarnation. Messages of an epoch arrive in
 * the order they were sent in, unless the store is flaky.
 */
final class SimulatedConnection implements MemcachedConnection {

    static final Duration OPERATION_TIMEOUT = Duration.ofMillis(300);

    private static final long PROBE_INTERVAL = 100;
    private static final long HEARTBEAT = 1_000;
    private static final long LISTING_TIMEOUT = 3_000;
    private static final int TOO_MANY_TIMEOUTS = 3;

    private final SimulatedStore store;
    private final SimulatedProcess client;
    private final SimulatedNetwork network;
    private final Schedule schedule;
    private final Random random;
    private final List<Runnable> unanswered = new ArrayList<>();
    private boolean up;
    private boolean probing;
    private long epoch;
    private int serverProcess;
    private String incarnation = "";
    private int timeouts;
    private boolean blinked;
    private long lastArrival;
    private long lastAnswer;

    SimulatedConnection(
            SimulatedStore store, SimulatedProcess client, SimulatedNetwork network, Schedule schedule, Random random) {
        this.store = store;
        this.client = client;
        this.network = network;
        this.schedule = schedule;
        this.random = random;
        probeAfter(random.nextInt(50));
    }

    void establishAtOnce() {
        establish(store.process(), store.incarnation());
    }

    boolean isDead() {
        return client.isDead();
    }

    @Override
    public MemcachedNode node() {
        return store.node();
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

    @Override
    public String incarnation() {
        return incarnation;
    }

    /** The server's end is gone; this end is told, unless the network keeps it from it. */
    void broken() {
        long of = epoch;
        schedule.after(
                random.nextInt(5),
                () -> network.deliver(store.name(), client.name(), () -> client.after(0, () -> lostIn(of))));
    }

    @Override
    public void renew() {
        lostIn(epoch);
    }

    private void lostIn(long of) {
        if (up && of == epoch) {
            lost();
        }
    }

    private void lost() {
        up = false;
        trace(() -> "down");
        probeAfter(PROBE_INTERVAL);
        List<Runnable> all = new ArrayList<>(unanswered);
        unanswered.clear();
        all.forEach(Runnable::run);
    }

    private void probeAfter(long millis) {
        if (!probing) {
            probing = true;
            client.after(millis, this::probe);
        }
    }

    private void probe() {
        probing = false;
        if (up) {
            return;
        }
        if (!isReachable()) {
            probeAfter(PROBE_INTERVAL);
            return;
        }
        int server = store.process();
        String learnt = store.incarnation();
        client.after(1 + random.nextInt(20), () -> {
            if (isReachable() && server == store.process()) {
                establish(server, learnt);
            } else {
                probeAfter(PROBE_INTERVAL);
            }
        });
    }

    private boolean isReachable() {
        return store.isAlive() && !store.isHung() && network.passesBothWays(client.name(), store.name());
    }

    private void establish(int server, String learnt) {
        if (up) {
            return;
        }
        serverProcess = server;
        incarnation = learnt;
        epoch++;
        timeouts = 0;
        blinked = false;
        up = true;
        trace(() -> "up, " + incarnation + ", epoch " + epoch);
        client.after(HEARTBEAT, () -> beat(epoch));
    }

    /** One at a time; in the way of the real one it also looks whether the mark is still the same. */
    private void beat(long of) {
        if (!up || of != epoch) {
            return;
        }
        var unused = send("beat", () -> store.hasMarkOf(incarnation), false, true)
                .thenAccept(marked -> {
                    if (marked) {
                        client.after(timeouts > 0 ? 1 : HEARTBEAT, () -> beat(of));
                    } else {
                        lostIn(of);
                    }
                });
    }

    private <T> CompletableFuture<T> send(String what, Supplier<T> operation, T notSent, T unknown) {
        return sendStepwise(
                done -> {
                    T result = operation.get();
                    trace(() -> what + " does " + told(result));
                    done.accept(result);
                },
                notSent,
                unknown);
    }

    private <T> CompletableFuture<T> sendStepwise(Consumer<Consumer<T>> operation, T notSent, T unknown) {
        if (!up || client.isDead()) {
            return CompletableFuture.completedFuture(notSent);
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable noAnswer = () -> {
            boolean unused = answer.complete(unknown);
        };
        unanswered.add(noAnswer);
        long sentIn = epoch;
        int server = serverProcess;
        client.after(OPERATION_TIMEOUT.toMillis(), () -> timeOut(answer, unknown, noAnswer, sentIn));
        Consumer<T> reply = done -> reply(done, answer, noAnswer, sentIn);
        lastArrival = Math.max(lastArrival, schedule.nanos() / 1_000_000 + random.nextInt(3));
        schedule.after(
                lastArrival - schedule.nanos() / 1_000_000,
                () -> network.deliver(client.name(), store.name(), () -> arrive(server, operation, reply)));
        return answer;
    }

    private <T> void timeOut(CompletableFuture<T> answer, T unknown, Runnable noAnswer, long sentIn) {
        boolean unanswerable = unanswered.remove(noAnswer);
        if (unanswerable && answer.complete(unknown) && up && sentIn == epoch && ++timeouts >= TOO_MANY_TIMEOUTS) {
            lost();
        }
    }

    private <T> void arrive(int server, Consumer<Consumer<T>> operation, Consumer<T> reply) {
        if (store.isAlive() && server != store.process()) {
            broken();
            return;
        }
        if (store.isHung() || !isLost()) {
            store.perform(server, () -> operation.accept(reply));
        } else if (random.nextBoolean()) {
            store.perform(server, () -> operation.accept(done -> {}));
        } else if (random.nextBoolean()) {
            schedule.after(random.nextInt(2_000), () -> store.perform(server, () -> operation.accept(done -> {})));
        }
    }

    private <T> void reply(T done, CompletableFuture<T> answer, Runnable noAnswer, long sentIn) {
        lastAnswer = Math.max(lastAnswer, schedule.nanos() / 1_000_000 + random.nextInt(3));
        schedule.after(
                lastAnswer - schedule.nanos() / 1_000_000,
                () -> network.deliver(
                        store.name(),
                        client.name(),
                        () -> client.after(0, () -> {
                            boolean awaited = unanswered.remove(noAnswer);
                            if (awaited && sentIn == epoch && answer.complete(done)) {
                                timeouts = 0;
                                blinked = false;
                            }
                        })));
    }

    /** A healthy store may leave a question unanswered too, but not two in a row. */
    private boolean isLost() {
        if (store.flaky() > 0) {
            return random.nextDouble() < store.flaky();
        }
        boolean lost = timeouts == 0 && !blinked && store.blinks() > 0 && random.nextDouble() < store.blinks();
        blinked |= lost;
        return lost;
    }

    @Override
    public CompletableFuture<Reply> gets(String key) {
        long asked = epoch;
        return send(
                "gets " + key, () -> store.read(key, asked), new Reply.NotSent("down"), new Reply.Unknown("no answer"));
    }

    @Override
    public CompletableFuture<List<Reply>> gets(List<String> keys) {
        long asked = epoch;
        List<Reply> notSent =
                keys.stream().<Reply>map(key -> new Reply.NotSent("down")).toList();
        List<Reply> unknown =
                keys.stream().<Reply>map(key -> new Reply.Unknown("no answer")).toList();
        int server = serverProcess;
        return sendStepwise(done -> read(keys, new ArrayList<>(), asked, server, done), notSent, unknown);
    }

    private void trace(Supplier<String> what) {
        schedule.trace(() -> client.name() + " > " + store.name() + "  " + what.get());
    }

    private static String told(Object result) {
        if (result instanceof Reply.Found found) {
            return told(found.value()) + " #" + found.cas();
        }
        return result instanceof byte[] value ? " " + SimulatedStore.told(value) : String.valueOf(result);
    }

    private void read(List<String> keys, List<Reply> read, long asked, int server, Consumer<List<Reply>> done) {
        while (read.size() < keys.size()) {
            read.add(store.read(keys.get(read.size()), asked));
            if (store.readsOneByOne() && random.nextInt(4) == 0 && read.size() < keys.size()) {
                schedule.after(
                        random.nextInt(3), () -> store.perform(server, () -> read(keys, read, asked, server, done)));
                return;
            }
        }
        trace(() -> "gets " + keys + " does "
                + read.stream().map(SimulatedConnection::told).toList());
        done.accept(read);
    }

    private CompletableFuture<Stored> store(String what, Supplier<Stored> operation) {
        long asked = epoch;
        return send(what, operation, new Stored(Outcome.NOT_SENT, 0, 0), new Stored(Outcome.UNKNOWN, 0, 0))
                .thenApply(stored -> answered(stored, asked));
    }

    private static Stored answered(Stored stored, long epoch) {
        boolean spoke = stored.outcome() != Outcome.NOT_SENT && stored.outcome() != Outcome.UNKNOWN;
        return spoke ? new Stored(stored.outcome(), stored.cas(), epoch) : stored;
    }

    private CompletableFuture<Outcome> change(String what, Supplier<Outcome> operation) {
        return send(what, operation, Outcome.NOT_SENT, Outcome.UNKNOWN);
    }

    @Override
    public CompletableFuture<Stored> add(String key, byte[] value, int expiry) {
        return store("add " + key + told(value), () -> store.add(key, value, expiry));
    }

    @Override
    public CompletableFuture<Stored> cas(String key, Reply.Found seen, byte[] value, int expiry) {
        if (seen.epoch() != epoch) {
            return CompletableFuture.completedFuture(new Stored(Outcome.EXISTS, 0, 0));
        }
        return store("cas " + key + told(value), () -> store.replace(key, seen.cas(), value, expiry));
    }

    @Override
    public CompletableFuture<Stored> set(String key, byte[] value, int expiry) {
        return store("set " + key, () -> store.write(key, value, expiry));
    }

    @Override
    public CompletableFuture<Outcome> touch(String key, int expiry) {
        return change("touch " + key, () -> store.touch(key, expiry));
    }

    @Override
    public CompletableFuture<Outcome> delete(String key) {
        return change("delete " + key, () -> store.delete(key));
    }

    @Override
    public CompletableFuture<Listing> list(List<String> prefixes) {
        CompletableFuture<Listing> listing = new CompletableFuture<>();
        if (!store.lists()) {
            client.after(1, () -> complete(listing, new Listing.Impossible("it lists nothing")));
            return listing;
        }
        client.after(LISTING_TIMEOUT, () -> complete(listing, new Listing.Failed("no answer")));
        listPart(prefixes, store.process(), 0, new ArrayList<>(), listing);
        return listing;
    }

    private void listPart(
            List<String> prefixes, int server, int part, List<ListedKey> found, CompletableFuture<Listing> listing) {
        schedule.after(1 + random.nextInt(store.pace()), () -> {
            if (!isReachable() || store.process() != server || random.nextInt(50) == 0) {
                client.after(random.nextInt(500), () -> complete(listing, new Listing.Failed("it broke off")));
            } else if (part == SimulatedStore.parts()) {
                client.after(0, () -> complete(listing, new Listing.Keys(found)));
            } else {
                found.addAll(store.list(prefixes, part));
                listPart(prefixes, server, part + 1, found, listing);
            }
        });
    }

    private static void complete(CompletableFuture<Listing> listing, Listing with) {
        boolean unused = listing.complete(with);
    }
}
