package org.keepsake.node.session;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.keepsake.node.grid.GridMember;
import org.keepsake.node.grid.GridStore;
import org.keepsake.node.grid.ReplicatedGridStore;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.repository.Counts;
import org.keepsake.node.session.repository.Keys;
import org.keepsake.node.session.repository.PartedRecords;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.repository.StoreRepository;
import org.keepsake.node.session.secret.SessionSecret;
import org.keepsake.node.session.settings.BackupSettings;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.session.view.Peers;
import org.keepsake.node.session.view.SoleStore;
import org.keepsake.node.store.PatientStore;
import org.keepsake.node.store.PersistentStores;
import org.keepsake.node.store.Store;

/** Sessions in one store that all nodes share. Thread-safe. */
final class SoleStorage implements SharedStorage {

    /** A database writes to its disk, and an owner that died has to be replaced: asking again sooner helps nobody. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final SoleStore sole;
    private final Supplier<String> description;
    private final RecordCodec codec;
    private final SecureRandom random = new SecureRandom();

    /** What ends with the sessions of this node. Set before it is used. */
    private Runnable closing = () -> {};

    /** Whether this node has all that it is to have itself. Set before it is used. */
    private BooleanSupplier complete = () -> true;

    private Optional<RemoteChanges> remoteChanges = Optional.empty();

    /** Notices that this process stood still, before anything is answered by what it remembers. */
    private final ClusterContact watch;

    private SoleStorage(
            SessionSettings settings, Store store, Peers peers, String setting, Supplier<String> description) {
        this.description = description;
        codec = settings.records().secretFile().map(SessionSecret::codec).orElse(RecordCodec.PLAIN);
        String node = settings.route() + "-" + Long.toHexString(random.nextLong());
        sole = new SoleStore(store, peers, Timing.SYSTEM, node, setting);
        watch = new ClusterContact(sole::contact, sole::lostContact, Timing.SYSTEM);
        sole.onLook(watch::check);
    }

    /**
     * In a directory or a database.
     *
     * @throws IllegalArgumentException if it cannot be used, with one sentence
     */
    static SoleStorage persistent(SessionSettings settings, Peers peers) {
        PatientStore store = PersistentStores.open(
                settings.stores()
                        .persistent()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "session manager persistent: needs --persistent-store=file:DIR or jdbc:URL")),
                timeout(settings));
        SoleStorage storage = new SoleStorage(settings, store, peers, "--persistent-store", store::describe);
        storage.closing = () -> {
            storage.sole.close();
            store.close();
        };
        storage.sole.start();
        return storage;
    }

    /** In the memory of the nodes: on one that owns it, and on others as backup. */
    static SoleStorage backup(SessionSettings settings, GridMember member, Peers peers) {
        GridStore store = new GridStore(member, timeout(settings));
        SoleStorage storage = new SoleStorage(settings, store, peers, "--members", member::describe);
        storage.complete = member::isSafe;
        storage.take(member);
        storage.sole.start();
        return storage;
    }

    /** In the memory of the nodes: on all of them. */
    static SoleStorage delta(SessionSettings settings, GridMember member, Peers peers) {
        ReplicatedGridStore store = new ReplicatedGridStore(
                member,
                timeout(settings),
                settings.backup().replication() == BackupSettings.Replication.SYNC,
                Keys.ALL_SESSIONS);
        SoleStorage storage = new SoleStorage(settings, store, peers, "--members", member::describe);
        storage.complete = () -> member.isSafe() && store.hasAll();
        RemoteChanges changes = new RemoteChanges(storage.codec, store::watch);
        storage.remoteChanges = Optional.of(changes);
        storage.closing = () -> {
            changes.close();
            store.close();
        };
        storage.take(member);
        storage.sole.start();
        store.start();
        return storage;
    }

    private static Duration timeout(SessionSettings settings) {
        Duration longest = settings.stores().operationTimeout();
        return longest.compareTo(PATIENCE) < 0 ? PATIENCE : longest;
    }

    private void take(GridMember member) {
        member.mergeWith(new PartedRecords(codec)::merged);
        member.actsWhile(this::isInTouch);
        member.countsBy(() -> isInTouch() ? sole.touch() : 0);
        member.onNewcomer(sole::lostTouch);
        member.onLeft(sole::close);
    }

    private boolean isInTouch() {
        return watch.isRunning() && sole.isInTouch();
    }

    @Override
    public SessionRepository repository(Keys keys, SessionSettings settings) {
        return new StoreRepository(
                sole,
                keys,
                codec,
                Timing.SYSTEM,
                settings.backup().timeout(),
                random,
                new Counts(settings.statistics()));
    }

    @Override
    public Optional<RemoteChanges> remoteChanges() {
        return remoteChanges;
    }

    @Override
    public String answer(String question) {
        return sole.answer(question);
    }

    @Override
    public long contact() {
        return sole.contact();
    }

    @Override
    public void lostContact() {
        sole.lostContact();
    }

    @Override
    public void keepsWhere(BooleanSupplier keeping) {
        sole.keepsWhere(keeping);
    }

    @Override
    public boolean mayBeKeptElsewhere() {
        return sole.mayBeKeptElsewhere();
    }

    @Override
    public boolean awaitStores(Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        boolean there = sole.await(atMost);
        while (there && !complete.getAsBoolean()) {
            Thread.sleep(50);
            there = System.nanoTime() - until < 0;
        }
        return there;
    }

    @Override
    public boolean reachesAllStores() {
        return sole.isReaching();
    }

    @Override
    public boolean isAway() {
        return sole.isAway();
    }

    @Override
    public boolean isReaching() {
        return sole.isReaching();
    }

    @Override
    public String describe() {
        return description.get();
    }

    /** A member that others may still ask for what it owns stays in touch until it has left. */
    @Override
    public void close() {
        closing.run();
    }
}
