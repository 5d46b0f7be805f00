package org.keepsake.balancer.rotation;

import java.util.List;

/** nginx's smooth weighted round robin (ngx_http_upstream_round_robin.c): of weights 5, 1, 1 the turns are AABACAA. */
final class RoundRobin implements Chooser {

    @Override
    public Peer among(List<Peer> eligible, String key, long now) {
        Peer best = eligible.get(0);
        long total = 0;
        for (Peer peer : eligible) {
            total += peer.saveUp(now);
            if (peer.savedUp() > best.savedUp()) {
                best = peer;
            }
        }
        best.pay(total);
        return best;
    }
}
