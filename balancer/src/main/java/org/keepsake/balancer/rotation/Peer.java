package org.keepsake.balancer.rotation;

/**
 * An upstream as the rotation sees it, with its health and its place. nginx has the same word for the same thing.
 *
 * <p>All fields that change are guarded by the {@link Rotation} it belongs to, but {@code removed} and {@code upstream},
 * which I/O threads read.
 */
public final class Peer {

    /** A weight of one, so that a fraction of it can be given while a peer starts slowly. */
    private static final int ONE = 100;

    /** After how long an answer says little about the next one, as in Finagle's peak EWMA. */
    private static final double DECAY_NANOS = 10e9;

    private final RotationSettings settings;
    private final long hash;
    private volatile Upstream upstream;

    /** Set once, when the upstream is no longer in the pool; an upstream that comes back is a new peer. */
    private volatile boolean removed;

    private AdminState state = AdminState.READY;

    /** What the operator or else the upstream says, 1 to 1000. */
    private int weight;

    /** What it has saved up for its turn; the sum over all peers of a group stays 0, so it cannot overflow. */
    private long currentWeight;

    /** 0 to weight, in parts of {@link #ONE}; sinks with failures and rises with each round, so that a failing peer comes back gently. */
    private int effectiveWeight;

    /** Requests under way, never negative: each {@link Place} counts up once and down once. */
    private int active;

    /** All that it was given. */
    private long requests;

    /** All failures that count. */
    private long failures;

    private int fails;
    private long failedAt;

    /** When it was last given a chance although it had failed. */
    private long checkedAt;

    /** Whether its active health checks have failed. */
    private boolean sick;

    /** Whether its share grows still, since {@code startedAt}. */
    private boolean starting;

    private long startedAt;

    /** What an answer takes, in nanoseconds; 0 before the first one. */
    private double latency;

    private long latencyAt;

    Peer(Upstream upstream, RotationSettings settings) {
        this.upstream = upstream;
        this.settings = settings;
        this.hash = Hashing.hash(upstream.name());
        this.weight = upstream.weight();
        this.effectiveWeight = weight * ONE;
    }

    public Upstream upstream() {
        return upstream;
    }

    public String name() {
        return upstream.name();
    }

    /** Whether a session that names its upstream so is its own. */
    boolean isCalled(String owner) {
        return upstream.name().equals(owner) || upstream.route().equals(owner);
    }

    /** Whether it has left the pool. */
    public boolean removed() {
        return removed;
    }

    void remove() {
        removed = true;
    }

    /** Takes new settings of the same server. */
    void configure(Upstream changed, int itsWeight) {
        upstream = changed;
        weight = itsWeight;
        effectiveWeight = Math.min(effectiveWeight, weight * ONE);
    }

    // ---- what is wanted of it ----

    AdminState state() {
        return state;
    }

    void state(AdminState wanted, long now) {
        if (state == AdminState.MAINT && wanted != AdminState.MAINT) {
            startSlowly(now);
        }
        state = wanted;
    }

    int weight() {
        return weight;
    }

    long hash() {
        return hash;
    }

    boolean isFull() {
        return settings.maxConns() > 0 && active >= settings.maxConns();
    }

    // ---- its health ----

    boolean available(long now) {
        return !sick && (!out() || now - checkedAt > settings.failTimeout().toNanos());
    }

    private boolean out() {
        return settings.maxFails() > 0 && fails >= settings.maxFails();
    }

    /** Whether it is believed to answer. */
    boolean isUp() {
        return !sick && !out();
    }

    boolean isSick() {
        return sick;
    }

    /** Returns whether this failure takes it out. */
    boolean fail(long now) {
        boolean wasOut = out();
        boolean longAgo = now - failedAt > settings.failTimeout().toNanos();
        fails = longAgo && !wasOut ? 1 : Math.min(fails + 1, Integer.MAX_VALUE - 1);
        failures++;
        failedAt = now;
        checkedAt = now;
        if (settings.maxFails() > 0) {
            effectiveWeight = Math.max(0, effectiveWeight - Math.max(1, weight / settings.maxFails()) * ONE);
        }
        return !wasOut && out();
    }

    /**
     * Counts an answer to a request that was given at the time. One to a request older than the last failure proves
     * nothing.
     *
     * @return whether it brings the peer back
     */
    boolean succeed(long givenAt, long now) {
        learn(now - givenAt, now);
        if (fails == 0 || givenAt - failedAt < 0) {
            return false;
        }
        boolean wasOut = out();
        fails = 0;
        if (wasOut) {
            startSlowly(now);
        }
        return wasOut;
    }

    /** Takes the word of its health checks; returns whether that is news. */
    boolean checked(boolean healthy, long now) {
        if (healthy != sick) {
            return false;
        }
        sick = !healthy;
        if (healthy) {
            fails = 0;
            startSlowly(now);
        }
        return true;
    }

    /** A peak counts at once and is forgotten slowly. */
    private void learn(long nanos, long now) {
        double kept = kept(now);
        latency = Math.max((double) nanos, latency * kept + nanos * (1 - kept));
        latencyAt = now;
    }

    // ---- its share ----

    /** From now on its share grows, as long as {@code slow-start} says. */
    void startSlowly(long now) {
        starting = !settings.slowStart().isZero();
        startedAt = now;
    }

    /** Its weight now in parts of {@link #ONE}, less while it starts slowly, but never nothing. */
    int share(long now) {
        int full = weight * ONE;
        if (!starting) {
            return full;
        }
        double grown = (double) (now - startedAt) / settings.slowStart().toNanos();
        starting = grown < 1;
        return starting ? Math.max(1, (int) (full * grown)) : full;
    }

    /** Requests under way for its share. */
    double load(long now) {
        return (double) active / share(now);
    }

    /**
     * How long one more request would wait for its answer, as far as is known; only good to compare. What was long ago
     * counts less and less, or one that was slow once would never be asked again.
     */
    double expectedWait(long now) {
        return latency * kept(now) * (active + 1) / share(now);
    }

    /** What the last answer still says, 1 to 0. */
    private double kept(long now) {
        return Math.exp(-(now - latencyAt) / DECAY_NANOS);
    }

    double latency() {
        return latency;
    }

    /** One that has not answered yet is taken for as quick as the others, or all would run to it. */
    void assumeLatency(double nanos, long now) {
        latency = nanos;
        latencyAt = now;
    }

    /** Joins a round: saves up its share and says how much that was. */
    int saveUp(long now) {
        int saved = Math.min(effectiveWeight, share(now));
        currentWeight += saved;
        effectiveWeight = Math.min(weight * ONE, effectiveWeight + ONE);
        return saved;
    }

    long savedUp() {
        return currentWeight;
    }

    /** Is chosen: pays for what all have saved up in this round. */
    void pay(long total) {
        currentWeight -= total;
    }

    /** Is given a request; when it was out, others wait for the outcome. */
    void take(long now) {
        active++;
        requests++;
        if (fails > 0 && now - checkedAt > settings.failTimeout().toNanos()) {
            checkedAt = now;
        }
    }

    /** A request has left it. */
    void leave() {
        active--;
    }

    UpstreamStatus status() {
        return new UpstreamStatus(upstream, weight, state, isUp(), active, requests, failures);
    }
}
