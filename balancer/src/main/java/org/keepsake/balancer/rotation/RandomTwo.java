package org.keepsake.balancer.rotation;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Two are drawn by weight, and the one that costs less is taken (nginx's {@code random two}): nearly as even as looking at
 * all, and several balancers do not run after the same one.
 */
final class RandomTwo implements Chooser {

    /** What a request would cost at a peer. */
    @FunctionalInterface
    interface Cost {
        double at(Peer peer, long now);
    }

    private final RandomGenerator random;
    private final Cost cost;

    RandomTwo(RandomGenerator random, Cost cost) {
        this.random = random;
        this.cost = cost;
    }

    @Override
    public Peer among(List<Peer> eligible, String key, long now) {
        Peer first = draw(eligible, null, now);
        if (eligible.size() == 1) {
            return first;
        }
        Peer second = draw(eligible, first, now);
        return cost.at(second, now) < cost.at(first, now) ? second : first;
    }

    private Peer draw(List<Peer> eligible, @Nullable Peer drawn, long now) {
        long total = 0;
        for (Peer peer : eligible) {
            total += peer == drawn ? 0 : peer.share(now);
        }
        long ticket = random.nextLong(total);
        Peer last = eligible.get(0);
        for (Peer peer : eligible) {
            if (peer != drawn) {
                last = peer;
                ticket -= peer.share(now);
                if (ticket < 0) {
                    break;
                }
            }
        }
        return last;
    }
}
