package org.keepsake.node.session;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.repository.Counts;
import org.keepsake.node.session.repository.Keys;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.repository.StoreRepository;
import org.keepsake.node.session.secret.SessionSecret;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.session.view.Peers;
import org.keepsake.node.session.view.SoleStore;
import org.keepsake.node.store.PatientStore;
import org.keepsake.node.store.PersistentStores;

/** Sessions in one store that all nodes share, and that is not one of them. Thread-safe. */
final class SoleStorage implements SharedStorage {

    private final PatientStore store;
    private final SoleStore sole;
    private final RecordCodec codec;
    private final SecureRandom random = new SecureRandom();

    private SoleStorage(SessionSettings settings, PatientStore store, Peers peers, String setting) {
        this.store = store;
        codec = settings.records().secretFile().map(SessionSecret::codec).orElse(RecordCodec.PLAIN);
        String node = settings.route() + "-" + Long.toHexString(random.nextLong());
        sole = new SoleStore(store, peers, Timing.SYSTEM, node, setting);
        sole.start();
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
                settings.stores().operationTimeout());
        return new SoleStorage(settings, store, peers, "--persistent-store");
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
    public boolean awaitStores(Duration atMost) {
        return sole.await(atMost);
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
        return store.describe();
    }

    @Override
    public void close() {
        sole.close();
        store.close();
    }
}
