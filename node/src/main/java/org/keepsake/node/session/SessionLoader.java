package org.keepsake.node.session;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.repository.Remembered;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.repository.SessionRepository;
import org.keepsake.node.session.repository.SessionsUnavailable;
import org.keepsake.node.session.time.Timing;

/** Fetches what the stores hold of a session into the heap. Thread-safe. */
final class SessionLoader {

    private static final System.Logger LOG = System.getLogger(SessionLoader.class.getName());

    /** How often a session is asked for that another node has kept changes of: it knows of the stores in a moment. */
    private static final int TRIES = 30;

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final SessionRepository repository;
    private final HeapSessions heap;
    private final Trust trust;
    private final Timing timing;
    private final SessionCounters counters;
    private final boolean async;
    private final UnstoredChanges unstored;

    /** @param async whether a new session may be asked for before any store has it */
    SessionLoader(
            SessionRepository repository,
            HeapSessions heap,
            Trust trust,
            Timing timing,
            SessionCounters counters,
            boolean async,
            UnstoredChanges unstored) {
        this.async = async;
        this.unstored = unstored;
        this.repository = repository;
        this.heap = heap;
        this.trust = trust;
        this.timing = timing;
        this.counters = counters;
    }

    /**
     * The session as the stores hold it now, or as this node has it if that can be trusted; null if there is none, or it
     * is just being ended here.
     *
     * @param route what the client sent with the id
     * @param locked whether the request has the session for itself: others had it before, so it asks what they wrote
     */
    @Nullable
    HeldSession load(SessionId id, SessionRoute route, boolean locked) {
        if (heap.isGone(id)) {
            return null;
        }
        long now = timing.millis();
        HeldSession held = heap.get(id);
        boolean trusted = held != null && route == SessionRoute.OWN && !locked && trust.in(held);
        if (held != null && (held.isEnding() || !unstored.flushUnlessAway(held, trusted))) {
            return null;
        }
        if (held != null && trusted) {
            counters.trusted.increment();
            held.accessed(now);
            return held;
        }
        if (held != null && async && !held.isStored()) {
            held.accessed(now);
            return held;
        }
        for (int tries = 0; tries < TRIES; tries++) {
            Fetched fetched = fetch(id, route, held, now);
            if (fetched.kept() == Takeovers.Kept.NOTHING) {
                if (fetched.session() == null) {
                    noteAbsence(id, held);
                }
                return fetched.session();
            }
            if (fetched.kept() == Takeovers.Kept.UNSTORED) {
                timing.pause(PAUSE);
            }
        }
        throw new SessionsUnavailable(
                "session %s: another node has not stored yet what it kept while no store was there"
                        .formatted(id.shortened()));
    }

    /**
     * What the stores have, and whether another node kept more.
     *
     * @param session null if there is none
     */
    private record Fetched(@Nullable HeldSession session, Takeovers.Kept kept) {}

    private Fetched fetch(SessionId id, SessionRoute route, @Nullable HeldSession held, long now) {
        Trust.Begun begun = trust.begin();
        Optional<Remembered> loaded = repository.load(id, held == null ? null : held.remembered());
        if (loaded.isEmpty()) {
            return new Fetched(null, route == SessionRoute.FOREIGN ? trust.notFound(id) : Takeovers.Kept.NOTHING);
        }
        counters.loaded.increment();
        HeldSession shared = heap.share(id, loaded.get(), now);
        Optional<Takeovers.Kept> kept = route == SessionRoute.UNASKED ? Optional.empty() : trust.take(shared, begun);
        return kept.filter(Takeovers.Kept.NOTHING::equals).isPresent()
                ? new Fetched(fetchAgain(id, shared, begun), Takeovers.Kept.NOTHING)
                : new Fetched(shared, kept.orElse(Takeovers.Kept.NOTHING));
    }

    /** Until it was told, another node may have saved what it trusted, and ended it; this is no second use. */
    private @Nullable HeldSession fetchAgain(SessionId id, HeldSession held, Trust.Begun begun) {
        Optional<Remembered> loaded = repository.load(id, held.remembered());
        if (loaded.isEmpty()) {
            noteAbsence(id, held);
            return null;
        }
        held.refresh(loaded.get());
        trust.give(held, begun);
        return held;
    }

    /** A session that no store knows yet is not there either, and lives on here until its first save. */
    private void noteAbsence(SessionId id, @Nullable HeldSession held) {
        if (held == null) {
            heap.gone(id);
        } else if (held.isStored()) {
            heap.gone(id);
            heap.forget(held);
        }
    }

    /**
     * The session of a request that is answered already, whose use is to be noted; null if nobody needs to be told. The
     * container asks for it once after each request that had a session cookie.
     */
    @Nullable
    HeldSession loadAfterwards(SessionId id, SessionRoute route) {
        HeldSession held = heap.get(id);
        if (held != null && !held.touchDue(timing.nanos())) {
            held.accessed(timing.millis());
            return null;
        }
        try {
            return load(id, route, false);
        } catch (SessionsUnavailable e) {
            LOG.log(Level.WARNING, "use of session not noted: {0}", e.getMessage());
            return null;
        }
    }
}
