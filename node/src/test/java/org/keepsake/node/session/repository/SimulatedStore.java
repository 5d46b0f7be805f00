package org.keepsake.node.session.repository;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.memcached.MemcachedNode;
import org.keepsake.node.session.record.MalformedRecord;
import org.keepsake.node.session.record.NewerRecord;
import org.keepsake.node.session.record.RecordFormat;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.store.ListedKey;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Stored;

/**
 * A memcached that crashes and comes back empty or as an old snapshot, hangs and does later what it was told meanwhile,
 * does things late, loses answers, and forgets keys.
 */
final class SimulatedStore {

    static final Duration OPERATION_TIMEOUT = SimulatedConnection.OPERATION_TIMEOUT;

    /** As in protocol.txt, "Expiration times": what is longer is a date. */
    private static final long LONGEST_RELATIVE = Duration.ofDays(30).toSeconds();

    /** How many parts the table of keys has that are listed one after the other. */
    private static final int PARTS = 4;

    private static final String MARK = "i";
    private static final String VIEW = "v";
    private static final String RECORDS = "s:/app:";

    /** @param expires by the store's clock, in seconds since 1970; 0 for never */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    private record Item(byte[] value, long cas, long expires) {}

    private final MemcachedNode node;
    private final Schedule schedule;
    private final Random random;
    private final SimulatedNetwork network;
    private final Map<String, Item> items = new TreeMap<>();
    private final Map<String, Item> snapshot = new TreeMap<>();
    private final List<Runnable> undone = new ArrayList<>();
    private final List<SimulatedConnection> connections = new ArrayList<>();

    /** What it forgot and was not given again. */
    private final Set<String> lost = new HashSet<>();

    private Runnable atView = () -> {};
    private long losses;
    private long clockError;
    private long cas;
    private long marks;
    private int process = 1;
    private boolean alive = true;
    private boolean hung;
    private boolean configured = true;
    private boolean tellsCas;
    private boolean lists = true;
    private int pace = 10;
    private boolean readsOneByOne;
    private double flaky;
    private double blinks;

    SimulatedStore(String name, Schedule schedule, Random random) {
        this(name, false, schedule, random);
    }

    SimulatedStore(String name, boolean failover, Schedule schedule, Random random) {
        this(name, failover, schedule, random, new SimulatedNetwork(schedule, random));
    }

    SimulatedStore(String name, boolean failover, Schedule schedule, Random random, SimulatedNetwork network) {
        this.node = new MemcachedNode(name, "127.0.0.1", 1, failover);
        this.schedule = schedule;
        this.random = random;
        this.network = network;
    }

    /** A connection of a node of its own that never stands still, and that has met the store already. */
    MemcachedConnection connect() {
        SimulatedConnection connection = connect(schedule.process("client"));
        connection.establishAtOnce();
        return connection;
    }

    /** A connection that is about to be made. */
    SimulatedConnection connect(SimulatedProcess client) {
        SimulatedConnection connection = new SimulatedConnection(this, client, network, schedule, random);
        connections.add(connection);
        return connection;
    }

    MemcachedNode node() {
        return node;
    }

    String name() {
        return node.name();
    }

    /** Sets its clock of the day wrong. */
    void clockError(Duration error) {
        clockError = error.toMillis();
    }

    /** Whether nodes are to go by it. */
    void configured(boolean is) {
        configured = is;
    }

    boolean isConfigured() {
        return configured;
    }

    /** Whether writes are answered with the new CAS id, as in the binary protocol. */
    void tellsCas(boolean tells) {
        tellsCas = tells;
    }

    /** Whether it lists its keys. */
    void lists(boolean can) {
        lists = can;
    }

    /** Whether others may write between the reading of two keys that were asked for together. */
    void readsOneByOne(boolean oneByOne) {
        readsOneByOne = oneByOne;
    }

    boolean readsOneByOne() {
        return readsOneByOne;
    }

    boolean lists() {
        return lists;
    }

    /** How long the listing of one part of the keys takes at most, in milliseconds. */
    void listsWithin(int millis) {
        pace = millis;
    }

    int pace() {
        return pace;
    }

    void crash() {
        crashUnheard();
        connections.forEach(SimulatedConnection::broken);
    }

    /** As {@link #crash}, but no connection is closed. */
    void crashUnheard() {
        alive = false;
        process++;
        hung = false;
        loseAll();
        undone.clear();
        cas = 0;
    }

    /** Keeps what it has now for {@link #crashToSnapshot}. */
    void takeSnapshot() {
        snapshot.clear();
        snapshot.putAll(items);
    }

    /** Comes back with what it had when the snapshot was taken. */
    void crashToSnapshot() {
        long counted = cas;
        crash();
        items.putAll(snapshot);
        cas = counted;
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

    /** Ends every fault but those of the network. */
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
        lost.add(key);
        losses++;
    }

    /** Forgets everything, as told to by an operator. */
    void flushAll() {
        loseAll();
    }

    private void loseAll() {
        items.clear();
        losses++;
    }

    /** How often it lost something. */
    long losses() {
        return losses;
    }

    /** Whether it dropped a session for want of memory, and was not given it again. */
    boolean hasLost(SessionId id) {
        return lost.contains(RECORDS + id);
    }

    /** Something to be done whenever it was given a view. */
    void atView(Runnable action) {
        atView = action;
    }

    List<String> keys() {
        return List.copyOf(items.keySet()).stream()
                .filter(key -> find(key) != null)
                .toList();
    }

    boolean has(SessionId id) {
        return find(RECORDS + id) != null;
    }

    /** Puts these bytes in the place of a session's record, as a node of another version would. */
    void put(SessionId id, byte[] bytes) {
        Stored unused = write(RECORDS + id, bytes, 0);
    }

    /** The bytes of a session's record. */
    byte[] bytes(SessionId id) {
        return Objects.requireNonNull(value(RECORDS + id));
    }

    /** What it holds under a key, null if nothing. */
    byte @Nullable [] value(String key) {
        Item item = find(key);
        return item == null ? null : item.value();
    }

    /** Whether every living node believes in it again. */
    boolean isUpEverywhere() {
        return alive && !hung && connections.stream().allMatch(connection -> connection.isDead() || connection.up());
    }

    boolean isAlive() {
        return alive;
    }

    boolean isHung() {
        return hung;
    }

    double flaky() {
        return flaky;
    }

    double blinks() {
        return blinks;
    }

    /** A number for the server's process; a restart gives another. */
    int process() {
        return process;
    }

    /** Does something as soon as it is not hung; what the process of that number was told dies with it. */
    void perform(int told, Runnable operation) {
        if (!alive || told != process) {
            return;
        }
        if (hung) {
            undone.add(() -> perform(told, operation));
        } else {
            operation.run();
        }
    }

    private long seconds() {
        return (schedule.millis() + clockError) / 1000;
    }

    private @Nullable Item find(String key) {
        Item item = items.get(key);
        if (item != null && item.expires() != 0 && item.expires() <= seconds()) {
            items.remove(key);
            return null;
        }
        return item;
    }

    private long expires(int exptime) {
        if (exptime == 0) {
            return 0;
        }
        return exptime > LONGEST_RELATIVE ? exptime : seconds() + exptime;
    }

    /** The incarnation, as a node learns it: the mark is made if it is missing. */
    String incarnation() {
        byte[] mark = value(MARK);
        if (mark == null) {
            mark = (name() + "_" + ++marks).getBytes(StandardCharsets.US_ASCII);
            Stored unused = write(MARK, mark, 0);
        }
        return life(mark);
    }

    /** The incarnation a node would learn now; empty if it would make it up. */
    String life() {
        byte[] mark = value(MARK);
        return mark == null ? "" : life(mark);
    }

    private String life(byte[] mark) {
        return new String(mark, StandardCharsets.US_ASCII) + ":" + process + ":" + process;
    }

    /** The view it keeps, in words; empty if none. */
    String view() {
        byte[] view = value(VIEW);
        return view == null ? "" : new String(view, StandardCharsets.UTF_8);
    }

    boolean hasMarkOf(String incarnation) {
        byte[] mark = value(MARK);
        return mark != null && incarnation.startsWith(new String(mark, StandardCharsets.US_ASCII) + ":");
    }

    Reply read(String key, long epoch) {
        Item item = find(key);
        return item == null ? new Reply.Absent(epoch) : new Reply.Found(item.value(), item.cas(), epoch);
    }

    Stored write(String key, byte[] value, int exptime) {
        items.put(key, new Item(value, ++cas, expires(exptime)));
        lost.remove(key);
        if (key.equals(VIEW)) {
            atView.run();
        }
        return new Stored(Outcome.OK, tellsCas ? cas : 0, 0);
    }

    Stored add(String key, byte[] value, int exptime) {
        return find(key) == null ? write(key, value, exptime) : new Stored(Outcome.NOT_STORED, 0, 0);
    }

    Stored replace(String key, long seen, byte[] value, int exptime) {
        Item item = find(key);
        if (item == null) {
            return new Stored(Outcome.ABSENT, 0, 0);
        }
        return item.cas() == seen ? write(key, value, exptime) : new Stored(Outcome.EXISTS, 0, 0);
    }

    Outcome touch(String key, int exptime) {
        Item item = find(key);
        if (item == null) {
            return Outcome.ABSENT;
        }
        items.put(key, new Item(item.value(), item.cas(), expires(exptime)));
        return Outcome.OK;
    }

    Outcome delete(String key) {
        boolean there = find(key) != null;
        items.remove(key);
        return there ? Outcome.OK : Outcome.ABSENT;
    }

    /** The keys of one part of the table with one of these prefixes; empty after the last part. */
    List<ListedKey> list(List<String> prefixes, int part) {
        List<ListedKey> found = new ArrayList<>();
        for (String key : keys()) {
            if (Math.floorMod(key.hashCode(), PARTS) == part
                    && prefixes.stream().anyMatch(key::startsWith)) {
                long expires = Objects.requireNonNull(items.get(key)).expires();
                found.add(new ListedKey(key, expires == 0 ? 0 : Math.max(1, expires - seconds())));
            }
        }
        return found;
    }

    /** A value in words. */
    static String told(byte[] value) {
        try {
            SessionRecord session = RecordFormat.decode(value);
            return session.isTombstone()
                    ? "tombstone"
                    : "count " + SimulatedSession.counter(session) + " "
                            + session.attributes().entrySet().stream()
                                    .map(e -> e.getKey() + (e.getValue().isRemoved() ? "-" : ""))
                                    .toList();
        } catch (MalformedRecord | NewerRecord e) {
            return new String(value, StandardCharsets.US_ASCII);
        }
    }

    static int parts() {
        return PARTS;
    }
}
