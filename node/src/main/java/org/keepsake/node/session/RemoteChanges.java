package org.keepsake.node.session;

import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.grid.ReplicaWatcher;
import org.keepsake.node.session.record.MalformedRecord;
import org.keepsake.node.session.record.NewerRecord;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.repository.SessionId;

/**
 * Hears what other nodes change, and hands it to the applications whose listeners are to be told. Thread-safe.
 *
 * <p>While no application wants to know, nothing is heard. What is heard on the cluster's threads is put into a queue as it
 * is; only behind that is it decoded.
 */
final class RemoteChanges implements ReplicaWatcher, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(RemoteChanges.class.getName());
    private static final long MOST_BYTES = 16 << 20;

    /** What an entry of the queue takes besides the records. */
    private static final long ENTRY = 200;

    private final RecordCodec codec;
    private final Consumer<@Nullable ReplicaWatcher> source;
    private final List<AttributeTelling> applications = new CopyOnWriteArrayList<>();
    private final ChangeQueue queue = new ChangeQueue(MOST_BYTES, System::nanoTime);

    /**
     * @param codec how records are kept where they are changed
     * @param source is told who hears of changes, null for nobody
     */
    RemoteChanges(RecordCodec codec, Consumer<@Nullable ReplicaWatcher> source) {
        this.codec = codec;
        this.source = source;
    }

    /** From now on this application is told. */
    synchronized void add(AttributeTelling application) {
        applications.add(application);
        source.accept(this);
    }

    /** It is told no more; also if it never was. */
    synchronized void remove(AttributeTelling application) {
        if (applications.remove(application) && applications.isEmpty()) {
            source.accept(null);
        }
    }

    @Override
    public void changed(String key, byte @Nullable [] before, byte[] after) {
        if (Arrays.equals(before, after)) {
            return;
        }
        long bytes = ENTRY + after.length + (before == null ? 0 : before.length);
        for (AttributeTelling application : applications) {
            application.sessionOf(key).ifPresent(id -> queue.put(bytes, () -> tell(application, id, before, after)));
        }
    }

    /** Whatever a listener throws, others are told. */
    private void tell(AttributeTelling application, SessionId id, byte @Nullable [] before, byte[] after) {
        if (!applications.contains(application)) {
            return;
        }
        try {
            application.tell(
                    id,
                    before == null ? null : codec.decode(id.toString(), before),
                    codec.decode(id.toString(), after),
                    after);
        } catch (MalformedRecord | NewerRecord e) {
            LOG.log(
                    Level.DEBUG,
                    "session {0}: its listeners are not told of what another node changed: {1}",
                    id.shortened(),
                    e.getMessage());
        } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
            LOG.log(
                    Level.WARNING,
                    "session " + id.shortened() + ": a listener that was told of another node's change failed",
                    e);
        }
    }

    @Override
    public void close() {
        source.accept(null);
        queue.close();
    }
}
