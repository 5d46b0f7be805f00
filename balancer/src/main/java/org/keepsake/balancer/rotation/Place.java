package org.keepsake.balancer.rotation;

/**
 * One of the requests that an upstream has under way: what is chosen is held until it is closed, and counts against
 * {@code --max-conns}. Belongs to the request that holds it.
 */
public final class Place implements Choice, AutoCloseable {

    private final Rotation rotation;
    private final Peer peer;
    private final boolean lastResort;
    private final long takenAt;
    private boolean closed;

    Place(Rotation rotation, Peer peer, boolean lastResort, long takenAt) {
        this.rotation = rotation;
        this.peer = peer;
        this.lastResort = lastResort;
        this.takenAt = takenAt;
    }

    public Peer peer() {
        return peer;
    }

    /** Whether it is asked only because no upstream that is believed to be up is left. */
    public boolean lastResort() {
        return lastResort;
    }

    /** Counts a failure of the upstream: no connection, no answer, or no well-formed one. */
    public void failed(String why) {
        rotation.failed(peer, why);
    }

    /** Counts an answer of the upstream. */
    public void succeeded() {
        rotation.succeeded(peer, takenAt);
    }

    /** Gives it to who waits; once. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            rotation.leave(peer);
        }
    }
}
