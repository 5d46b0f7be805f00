package org.keepsake.balancer.rotation;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who is next, with nginx's passive health checks. Thread-safe; one lock, held for a walk over the upstreams, or over those
 * that wait, and never while calling out.
 */
public final class Rotation {
    private static final System.Logger LOG = System.getLogger(Rotation.class.getName());

    private final RotationSettings settings;
    private final LongSupplier clock;

    @GuardedBy("this")
    private final Chooser chooser;

    /** Backups take turns among themselves. */
    @GuardedBy("this")
    private final Chooser backups;

    @GuardedBy("this")
    private long version;

    @GuardedBy("this")
    private List<Peer> peers = List.of();

    /** What the operator wants, by the name of an upstream; stays when the upstream goes and comes back. */
    @GuardedBy("this")
    private final Map<String, Wanted> wanted = new HashMap<>();

    /** Who waits for room, in the order of coming: none of them could have been served when something last changed. */
    @GuardedBy("this")
    private final Set<Waiter> waiting = new LinkedHashSet<>();

    /** What an operator has changed of an upstream. */
    private record Wanted(OptionalInt weight, AdminState state) {
        static final Wanted NOTHING = new Wanted(OptionalInt.empty(), AdminState.READY);
    }

    /** Somebody who waited, and what there is for him. */
    private record Served(Waiter waiter, Choice choice) {}

    /** @param clock nanoseconds, as {@link System#nanoTime()} counts them */
    public Rotation(RotationSettings settings, UpstreamPool pool, LongSupplier clock) {
        this(settings, pool, clock, RandomGenerator.getDefault());
    }

    Rotation(RotationSettings settings, UpstreamPool pool, LongSupplier clock, RandomGenerator random) {
        this.settings = settings;
        this.clock = clock;
        this.chooser = Chooser.of(settings.algorithm(), random);
        this.backups = Chooser.of(settings.algorithm(), random);
        this.version = pool.version();
        this.peers = pool.upstreams().stream()
                .map(upstream -> new Peer(upstream, settings))
                .toList();
    }

    // ---- what there is ----

    /** Replaces the upstreams unless the pool is out of date; returns the peers that are no longer there. */
    public List<Peer> update(UpstreamPool pool) {
        List<Served> served;
        List<Peer> gone;
        synchronized (this) {
            if (pool.version() <= version) {
                return List.of();
            }
            version = pool.version();
            gone = replace(pool.upstreams());
            served = serveAll();
        }
        tell(served);
        return gone;
    }

    @GuardedBy("this")
    private List<Peer> replace(List<Upstream> upstreams) {
        long now = clock.getAsLong();
        List<Peer> gone = new ArrayList<>(peers);
        List<Peer> present = new ArrayList<>();
        for (Upstream upstream : upstreams) {
            Peer known = known(upstream);
            if (known != null) {
                known.configure(upstream, weight(upstream));
                gone.remove(known);
            }
            present.add(known == null ? comer(upstream, now) : known);
        }
        gone.forEach(Peer::remove);
        peers = List.copyOf(present);
        return gone;
    }

    @GuardedBy("this")
    private @Nullable Peer known(Upstream upstream) {
        for (Peer peer : peers) {
            if (peer.upstream().sameServer(upstream)) {
                return peer;
            }
        }
        return null;
    }

    @GuardedBy("this")
    private Peer comer(Upstream upstream, long now) {
        Peer peer = new Peer(upstream, settings);
        peer.configure(upstream, weight(upstream));
        peer.state(wanted(upstream.name()).state(), now);
        peer.startSlowly(now);
        peers.stream()
                .mapToDouble(Peer::latency)
                .filter(nanos -> nanos > 0)
                .average()
                .ifPresent(nanos -> peer.assumeLatency(nanos, now));
        return peer;
    }

    @GuardedBy("this")
    private Wanted wanted(String name) {
        return wanted.getOrDefault(name, Wanted.NOTHING);
    }

    @GuardedBy("this")
    private int weight(Upstream upstream) {
        return wanted(upstream.name()).weight().orElse(upstream.weight());
    }

    /** The peers there are now. */
    public synchronized List<Peer> peers() {
        return peers;
    }

    /** How each upstream fares. */
    public synchronized List<UpstreamStatus> status() {
        return peers.stream().map(Peer::status).toList();
    }

    /** How many requests wait because all upstreams are full. */
    public synchronized int waiting() {
        return waiting.size();
    }

    /**
     * Changes what is wanted of an upstream, also for when it goes and comes back.
     *
     * @param weight 1 to 1000; empty to leave it
     * @param state empty to leave it
     * @return false if there is no upstream of this name
     * @throws IllegalArgumentException when the weight is out of range
     */
    public boolean change(String name, OptionalInt weight, Optional<AdminState> state) {
        weight.ifPresent(value -> Upstream.checkWeight(name, value));
        List<Served> served;
        synchronized (this) {
            Optional<Peer> found =
                    peers.stream().filter(each -> each.name().equals(name)).findFirst();
            if (found.isEmpty()) {
                return false;
            }
            Peer peer = found.get();
            Wanted before = wanted(name);
            Wanted after = new Wanted(weight.isPresent() ? weight : before.weight(), state.orElse(before.state()));
            wanted.put(name, after);
            peer.configure(peer.upstream(), weight(peer.upstream()));
            peer.state(after.state(), clock.getAsLong());
            served = serveAll();
        }
        tell(served);
        return true;
    }

    // ---- choosing ----

    /**
     * The upstream for a request: the one its session belongs to if it is available, else what the algorithm says, else a
     * backup, else one that is believed to be down rather than none.
     *
     * @param wait whether to wait when all that are available are full
     * @return a {@link Place} that must be closed; or why there is none
     */
    public synchronized Choice choose(Waiter request, boolean wait) {
        Choice choice = look(request);
        if (choice == Choice.Without.WAITS) {
            if (!wait) {
                return Choice.Without.FULL;
            }
            waiting.add(request);
        }
        return choice;
    }

    /** Waits no longer; it may have been told just now. */
    public synchronized void cancel(Waiter request) {
        waiting.remove(request);
    }

    @GuardedBy("this")
    private Choice look(Waiter request) {
        long now = clock.getAsLong();
        Predicate<Peer> able = peer -> !request.tried().contains(peer) && peer.available(now);
        Peer own = own(request.preference().owners(), able);
        request.pinned = own;
        if (own != null) {
            return own.isFull() ? Choice.Without.WAITS : take(own, false, now);
        }
        String key = request.preference().key();
        able = able.and(peer -> peer.state() == AdminState.READY);
        List<Peer> regular = those(able.and(peer -> !peer.upstream().backup()));
        if (!regular.isEmpty()) {
            return roomAt(regular, chooser, key, false, now);
        }
        List<Peer> reserve = those(able);
        if (!reserve.isEmpty()) {
            return roomAt(reserve, backups, key, false, now);
        }
        return lastResort(request, key, now);
    }

    @GuardedBy("this")
    private @Nullable Peer own(List<String> owners, Predicate<Peer> able) {
        for (String owner : owners) {
            for (Peer peer : peers) {
                if (peer.isCalled(owner) && peer.state() != AdminState.MAINT && able.test(peer)) {
                    return peer;
                }
            }
        }
        return null;
    }

    @GuardedBy("this")
    private List<Peer> those(Predicate<Peer> eligible) {
        List<Peer> those = new ArrayList<>(peers.size());
        for (Peer peer : peers) {
            if (eligible.test(peer)) {
                those.add(peer);
            }
        }
        return those;
    }

    @GuardedBy("this")
    private Choice roomAt(List<Peer> able, Chooser how, String key, boolean lastResort, long now) {
        if (settings.maxConns() > 0) {
            able.removeIf(Peer::isFull);
        }
        return able.isEmpty() ? Choice.Without.WAITS : take(how.among(able, key, now), lastResort, now);
    }

    /** Those that are out by their failures alone may be back already, and trying costs no more than refusing. */
    @GuardedBy("this")
    private Choice lastResort(Waiter request, String key, long now) {
        List<Peer> doubtful =
                those(peer -> !request.tried().contains(peer) && peer.state() == AdminState.READY && !peer.isSick());
        return doubtful.isEmpty() ? Choice.Without.NOBODY : roomAt(doubtful, backups, key, true, now);
    }

    @GuardedBy("this")
    private Place take(Peer peer, boolean lastResort, long now) {
        peer.take(now);
        return new Place(this, peer, lastResort, now);
    }

    // ---- what becomes of it ----

    void leave(Peer peer) {
        List<Served> served;
        synchronized (this) {
            peer.leave();
            served = serveOne(peer);
        }
        tell(served);
    }

    void failed(Peer peer, String why) {
        boolean out;
        List<Served> served;
        synchronized (this) {
            out = peer.fail(clock.getAsLong());
            served = out ? serveAll() : List.of();
        }
        tell(served);
        if (out && !peer.removed()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "upstream {0} is out for {1} s: {2}",
                    peer.name(),
                    Objects.toString(settings.failTimeout().toMillis() / 1000.0),
                    why);
        }
    }

    void succeeded(Peer peer, long givenAt) {
        boolean back;
        List<Served> served;
        synchronized (this) {
            back = peer.succeed(givenAt, clock.getAsLong());
            served = back ? serveAll() : List.of();
        }
        tell(served);
        if (back) {
            LOG.log(System.Logger.Level.INFO, "upstream {0} is back", peer.name());
        }
    }

    /** Takes the word of the active health checks of an upstream. */
    public void checked(Peer peer, boolean healthy, String why) {
        boolean news;
        List<Served> served;
        synchronized (this) {
            news = peer.checked(healthy, clock.getAsLong());
            served = news ? serveAll() : List.of();
        }
        tell(served);
        if (news && !peer.removed()) {
            LOG.log(
                    healthy ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
                    healthy
                            ? "upstream {0} passes its health checks again"
                            : "upstream {0} fails its health checks: {1}",
                    peer.name(),
                    why);
        }
    }

    // ---- those that wait ----

    /** The first who can have the room that one request has left. */
    @GuardedBy("this")
    private List<Served> serveOne(Peer freed) {
        return serve(waiter -> waiter.pinned == null || waiter.pinned == freed, 1);
    }

    /** All that need not wait any longer, because something has changed. */
    @GuardedBy("this")
    private List<Served> serveAll() {
        return serve(waiter -> true, Integer.MAX_VALUE);
    }

    @GuardedBy("this")
    private List<Served> serve(Predicate<Waiter> concerned, int rooms) {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Served> served = new ArrayList<>();
        int left = rooms;
        for (Iterator<Waiter> each = waiting.iterator(); each.hasNext() && left > 0; ) {
            Waiter waiter = each.next();
            Choice choice = concerned.test(waiter) ? look(waiter) : Choice.Without.WAITS;
            if (choice != Choice.Without.WAITS) {
                each.remove();
                served.add(new Served(waiter, choice));
                left -= choice instanceof Place ? 1 : 0;
            }
        }
        return served;
    }

    private static void tell(List<Served> served) {
        served.forEach(each -> each.waiter().tell(each.choice()));
    }
}
