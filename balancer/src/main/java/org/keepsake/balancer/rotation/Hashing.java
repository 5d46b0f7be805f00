package org.keepsake.balancer.rotation;

import java.util.List;

/**
 * Weighted rendezvous hashing: each key ranks the peers in an order of its own, so a peer that comes takes keys from all
 * others evenly, and one that goes leaves its keys to all others evenly; nothing else moves. All balancers with the same
 * upstreams agree. Requests without a key take turns.
 */
final class Hashing implements Chooser {

    private final Chooser turns;

    Hashing(Chooser turns) {
        this.turns = turns;
    }

    @Override
    public Peer among(List<Peer> eligible, String key, long now) {
        if (key.isEmpty()) {
            return turns.among(eligible, key, now);
        }
        long hash = hash(key);
        Peer best = eligible.get(0);
        double most = -1;
        for (Peer peer : eligible) {
            double score = score(hash, peer);
            if (score > most) {
                most = score;
                best = peer;
            }
        }
        return best;
    }

    /** With an exponentially distributed draw, the chance to have the highest score is the share of the weight. */
    private static double score(long hash, Peer peer) {
        double draw = ((mix(hash ^ peer.hash()) >>> 11) + 0.5) * 0x1.0p-53;
        return peer.weight() / -Math.log(draw);
    }

    /** FNV-1a (64 bit), mixed. */
    static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return mix(hash);
    }

    /** The finalizer of MurmurHash3. */
    private static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
