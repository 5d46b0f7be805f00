package org.keepsake.launcher;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.keepsake.balancer.rotation.Upstream;
import org.keepsake.balancer.rotation.UpstreamPool;
import org.keepsake.launcher.cluster.Membership;
import org.keepsake.launcher.cluster.Role;
import org.keepsake.launcher.cluster.Service;

/**
 * What a membership means to the balancer: the upstreams that the user named, and every node that is ready. When not
 * one would be left, the last nodes stay: a balancer that was cut off or frozen must not conclude that all others died,
 * and trying costs no more than refusing. Used by one thread.
 */
final class UpstreamView {

    private final List<Upstream> named;
    private List<Upstream> found = List.of();

    UpstreamView(List<Upstream> named) {
        this.named = List.copyOf(named);
    }

    /** The pool of upstreams under this membership, with its version. */
    UpstreamPool of(Membership membership) {
        List<Upstream> ready = membership.of(Role.NODE).stream()
                .filter(node -> node.state() == Service.State.READY)
                .map(UpstreamView::upstream)
                .toList();
        if (!ready.isEmpty() || !named.isEmpty()) {
            found = ready;
        }
        List<Upstream> all = new ArrayList<>(named);
        all.addAll(found);
        return new UpstreamPool(membership.version(), all);
    }

    private static Upstream upstream(Service node) {
        return new Upstream(node.name(), new InetSocketAddress(node.host(), node.port()), node.name(), 1, false);
    }
}
