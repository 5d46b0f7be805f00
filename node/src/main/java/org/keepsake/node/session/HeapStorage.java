package org.keepsake.node.session;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.repository.HeapRepository;
import org.keepsake.node.session.repository.Keys;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.restart.SessionFile;
import org.keepsake.node.session.restart.SessionFolder;
import org.keepsake.node.session.secret.SessionSecret;

/**
 * Sessions in the heap of this node alone: there are no stores to wait for. They wait in a folder while the node
 * restarts, if one is named. Thread-safe.
 */
final class HeapStorage implements SessionStorage {

    private final SecureRandom random = new SecureRandom();
    private final Optional<Path> directory;
    private final RecordCodec codec;

    /** Opened for the first application, because there may be none whose sessions stay here. Guarded by this. */
    private @Nullable SessionFolder folder;

    HeapStorage(SessionSettings settings) {
        directory = settings.heap().directory().map(named -> named.resolve(settings.route()));
        codec = directory
                .flatMap(unused -> settings.records().secretFile())
                .map(SessionSecret::codec)
                .orElse(RecordCodec.PLAIN);
    }

    @Override
    public SessionRepository repository(Keys keys, SessionSettings settings) {
        return new HeapRepository(random);
    }

    @Override
    public Optional<SessionFile> file(String context, String version) {
        return directory.map(this::open).map(opened -> opened.file(context, version, codec));
    }

    private synchronized SessionFolder open(Path path) {
        SessionFolder opened = folder == null ? SessionFolder.open(path) : folder;
        folder = opened;
        return opened;
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public boolean awaitStores(Duration atMost) {
        return true;
    }

    @Override
    public boolean reachesAllStores() {
        return true;
    }

    @Override
    public boolean isAway() {
        return false;
    }

    @Override
    public boolean isReaching() {
        return true;
    }

    @Override
    public String describe() {
        return "no stores: sessions are in the heap of this node";
    }

    @Override
    public void close() {
        // The heap ends with the process; the session managers have saved what is to live on.
    }
}
