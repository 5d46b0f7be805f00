package org.keepsake.node.session;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.repository.SessionId;
import org.keepsake.node.session.time.Timing;

/**
 * Which heap copies a sticky node may serve without asking the stores: those of the sessions it was the last to fetch,
 * for requests whose cookie names it, as long as it hears what other nodes fetch. Thread-safe.
 *
 * <p>At most one node trusts its copy: who begins to tells all others first, and whoever is told stops. A node that is
 * not sticky trusts nothing.
 */
final class Trust {

    private static final int CAPACITY = 10_000;
    private static final long MOST_SECONDS = 100_000_000;

    /** Who has not answered by then has lost its contact meanwhile, see {@link ClusterContact}, and trusts nothing. */
    private static final Duration TELLING = Duration.ofMillis(2_400);

    private final boolean sticky;
    private final ClusterContact contact;
    private final Takeovers takeovers;
    private final String prefix;
    private final Timing timing;

    /** Guarded by this, as all that follows: how often others told us of a session. */
    private long told;

    /** The number of the last such message for each session, oldest first; copies being fetched just then are not trusted. */
    private final Map<SessionId, Long> lastTold = new LinkedHashMap<>();

    /** The highest number that was forgotten. */
    private long forgotten;

    /**
     * What was known when a copy began to be fetched.
     *
     * @param contact the number of the contact
     * @param told how many messages had come
     */
    record Begun(long contact, long told) {}

    /** @param prefix what stands before an id when nodes speak of a session of this application */
    Trust(boolean sticky, ClusterContact contact, Takeovers takeovers, String prefix, Timing timing) {
        this.sticky = sticky;
        this.contact = contact;
        this.takeovers = takeovers;
        this.prefix = prefix;
        this.timing = timing;
    }

    /** Whether a request may have this copy as it is. */
    boolean in(HeldSession held) {
        return isLastHere(held) && !held.isDoubtful();
    }

    /** Whether this node was the last to serve a session, and would have heard of another one. */
    boolean isLastHere(HeldSession held) {
        return sticky && (held.isStored() || held.isUnstored()) && held.isTrustedIn(contact.present());
    }

    /**
     * Whether this node was the last to serve a session as far as it knows, so that its copy is what is left should the
     * stores lose it. Whether it hears the others now does not matter: no newer copy is overwritten by an older one.
     */
    boolean isKept(HeldSession held) {
        return sticky && held.isStored() && held.isLastServedHere();
    }

    /** To be called before a copy is fetched that is to be trusted. */
    Begun begin() {
        if (!sticky) {
            return new Begun(ClusterContact.NONE, 0);
        }
        long present = contact.present();
        synchronized (this) {
            return new Begun(present, told);
        }
    }

    /** A new session, of which nobody else knows. */
    void created(HeldSession held) {
        if (sticky) {
            held.servedHere();
            held.trustIn(contact.present(), held.record().creationTime());
        }
    }

    /**
     * A copy was fetched. If it can be trusted from now on, every other node is told, so that none trusts its own any
     * more.
     *
     * @return what others kept of it, empty if nobody was told. If they kept nothing, what was saved unasked until then is
     *     to be fetched as well, and then to be {@link #give trusted}
     */
    Optional<Takeovers.Kept> take(HeldSession held, Begun begun) {
        held.undoubted();
        if (sticky) {
            held.servedHere();
        }
        if (!sticky || begun.contact() == ClusterContact.NONE || held.isTrustedIn(begun.contact())) {
            return Optional.empty();
        }
        return Optional.of(tell(held.id()));
    }

    /** A copy was fetched after the others were told; it is trusted unless one of them took it as well. */
    synchronized void give(HeldSession held, Begun begun) {
        if (begun.told() >= Math.max(forgotten, lastTold.getOrDefault(held.id(), 0L))) {
            held.trustIn(begun.contact(), timing.millis());
        }
    }

    /** Tells the others that this node has fetched a session, and hears what they kept of it. */
    private Takeovers.Kept tell(SessionId id) {
        return tell(List.of(prefix + id));
    }

    private Takeovers.Kept tell(List<String> keys) {
        CompletableFuture<Takeovers.Kept> told = takeovers.tell(keys);
        timing.await(told, TELLING);
        return told.getNow(Takeovers.Kept.NOTHING);
    }

    /**
     * As {@link #take} of a session that no store has: one that began while none was there may be another node's. At other
     * times nobody is asked, because ids that name nothing are easily made up.
     */
    Takeovers.Kept notFound(SessionId id) {
        return sticky && takeovers.mayBeKept() && contact.present() != ClusterContact.NONE
                ? tell(id)
                : Takeovers.Kept.NOTHING;
    }

    /**
     * Those of some sessions that no other node uses: sticky ones tell the stores of their use now and then only.
     *
     * @param sessions at most {@link Takeovers#MOST}
     */
    List<HeldSession> doneElsewhere(List<HeldSession> sessions) {
        if (!sticky || sessions.isEmpty()) {
            return sessions;
        }
        CompletableFuture<Set<String>> asked = takeovers.done(sessions.stream()
                .map(held -> new Takeovers.Use(key(held), held.record().maxInactive()))
                .toList());
        timing.await(asked, TELLING);
        Set<String> done = asked.getNow(Set.of());
        return sessions.stream().filter(held -> done.contains(key(held))).toList();
    }

    /**
     * Those of some sessions that no other node has served since this one did, as far as all others answer.
     *
     * @param sessions at most {@link Takeovers#MOST}
     */
    List<HeldSession> lastServedHere(List<HeldSession> sessions) {
        List<HeldSession> unsure = sessions.stream()
                .filter(held -> !isLastHere(held) && (!sticky || held.isLastServedHere()))
                .toList();
        Set<String> unused = unsure.isEmpty() ? Set.of() : unusedSince(unsure);
        return sessions.stream()
                .filter(held -> isLastHere(held) || unused.contains(key(held)))
                .toList();
    }

    /** A second more than is asked for: who used one at almost the same time has it. */
    private Set<String> unusedSince(List<HeldSession> sessions) {
        long now = timing.millis();
        CompletableFuture<Set<String>> asked = takeovers.done(sessions.stream()
                .map(held -> new Takeovers.Use(
                        key(held),
                        1 + (int) Math.min(MOST_SECONDS, TimeUnit.MILLISECONDS.toSeconds(now - held.lastAccess()))))
                .toList());
        timing.await(asked, TELLING);
        return asked.getNow(Set.of());
    }

    private String key(HeldSession held) {
        return prefix + held.id();
    }

    boolean isSticky() {
        return sticky;
    }

    /** Whether no other node served a session since this one did, stored or not. */
    boolean mayKeep(HeldSession held) {
        return sticky && !held.isDoubtful() && held.isTrustedIn(contact.present());
    }

    /**
     * Has a session keep what no store has, unless another node told meanwhile that it serves it; whether it does.
     *
     * @param idle see {@link HeldSession#keep}
     */
    synchronized boolean keep(HeldSession held, SessionRecord session, Set<String> written, long idle) {
        boolean mine = mayKeep(held);
        if (mine) {
            held.keep(session, written, idle);
        }
        return mine;
    }

    /**
     * The stores hold something new of a session, its end perhaps, and another node may have fetched it before: whoever
     * did must not go on with that once the client knows of what is new.
     *
     * @param id by which the others know it
     */
    void changed(SessionId id, HeldSession held, HeapSessions heap) {
        if (sticky && !isLastHere(held)) {
            Takeovers.Kept unused = tell(id);
            forgetOther(held, heap);
        }
    }

    /** The heap may have let go of this copy, and fetched another one meanwhile. */
    private void forgetOther(HeldSession held, HeapSessions heap) {
        if (heap.get(held.id()) != held) {
            told(held.id(), heap);
        }
    }

    /**
     * As {@link #changed} of sessions that have ended without any client being told.
     *
     * @param sessions at most {@link Takeovers#MOST}
     */
    void ended(List<HeldSession> sessions, HeapSessions heap) {
        List<HeldSession> elsewhere =
                sessions.stream().filter(held -> sticky && !isLastHere(held)).toList();
        if (!elsewhere.isEmpty()) {
            Takeovers.Kept unused = tell(elsewhere.stream().map(this::key).toList());
            elsewhere.forEach(held -> forgetOther(held, heap));
        }
    }

    /** Another node trusts its copy of this session from now on. */
    void told(SessionId id, HeapSessions heap) {
        synchronized (this) {
            note(id);
            HeldSession held = heap.known(id);
            if (held != null) {
                held.distrust();
                note(held.id());
            }
        }
    }

    /** The heap lets go of it; a request that has it all the same is as one on another node. */
    synchronized void released(HeldSession held) {
        held.distrust();
    }

    private void note(SessionId id) {
        lastTold.remove(id);
        lastTold.put(id, ++told);
        if (lastTold.size() > CAPACITY) {
            var eldest = lastTold.entrySet().iterator();
            forgotten = eldest.next().getValue();
            eldest.remove();
        }
    }

    /** The session of a message, if it is one of this application. */
    Optional<SessionId> idOf(String key) {
        return key.startsWith(prefix) ? SessionId.parse(key.substring(prefix.length())) : Optional.empty();
    }
}
