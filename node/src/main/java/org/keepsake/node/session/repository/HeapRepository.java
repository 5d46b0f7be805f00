package org.keepsake.node.session.repository;

import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.SessionRecord;

/**
 * No other place than the heap of this node, as Tomcat's StandardManager: what the node remembers of a session is all
 * there is of it. Thread-safe; no method ever waits or fails.
 */
public final class HeapRepository implements SessionRepository {

    /** Stands in an id where others name the home store. */
    private static final String HOME = "heap";

    private static final int SID_BYTES = 16;

    private final RandomGenerator random;
    private final Counts counts = new Counts();

    /** @param random for ids, which nobody may guess */
    public HeapRepository(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public SessionId newId() {
        byte[] sid = new byte[SID_BYTES];
        random.nextBytes(sid);
        return new SessionId(HexFormat.of().formatHex(sid), HOME);
    }

    @Override
    public Optional<Remembered> load(SessionId id, @Nullable Remembered before) {
        return Optional.ofNullable(before);
    }

    @Override
    public Remembered create(SessionId id, SessionRecord session) {
        return new Remembered(session, new byte[0], Map.of());
    }

    @Override
    public Optional<Remembered> merge(
            SessionId id, SessionRecord session, Set<String> written, @Nullable Remembered before) {
        SessionRecord merged = before == null ? session : SessionRecord.merge(before.record(), session);
        return Optional.of(new Remembered(merged, new byte[0], Map.of()));
    }

    @Override
    public boolean touch(SessionId id, int maxInactive, long used) {
        return true;
    }

    @Override
    public OptionalLong lastAccess(SessionId id) {
        return OptionalLong.empty();
    }

    @Override
    public boolean end(SessionId id, SessionRecord last, long writer) {
        return true;
    }

    @Override
    public Optional<Remembered> move(SessionId id, SessionId after, SessionRecord last, long writer) {
        return Optional.of(create(after, last.withId(after.toString())));
    }

    @Override
    public Counts counts() {
        return counts;
    }
}
