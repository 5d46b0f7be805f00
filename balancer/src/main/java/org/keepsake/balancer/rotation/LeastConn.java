package org.keepsake.balancer.rotation;

import java.util.ArrayList;
import java.util.List;

/** The one with the fewest requests under way for its weight; those with equally few take turns, as with nginx. */
final class LeastConn implements Chooser {

    private final Chooser turns;

    LeastConn(Chooser turns) {
        this.turns = turns;
    }

    @Override
    public Peer among(List<Peer> eligible, String key, long now) {
        List<Peer> least = new ArrayList<>(eligible.size());
        double load = Double.MAX_VALUE;
        for (Peer peer : eligible) {
            double its = peer.load(now);
            if (its < load) {
                load = its;
                least.clear();
            }
            if (its == load) {
                least.add(peer);
            }
        }
        return turns.among(least, key, now);
    }
}
