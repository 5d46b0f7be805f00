package org.keepsake.balancer.rotation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The upstreams of a balancer at one time: immutable, numbered, replaced whole.
 *
 * @param version grows with every change; a balancer ignores a pool that is not newer than the one it has
 * @param upstreams no two of one name; may be empty
 */
public record UpstreamPool(long version, List<Upstream> upstreams) {
    public UpstreamPool {
        upstreams = List.copyOf(upstreams);
        Set<String> names = new HashSet<>();
        for (Upstream upstream : upstreams) {
            if (!names.add(upstream.name())) {
                throw new IllegalArgumentException("upstream name " + upstream.name() + " is given twice");
            }
        }
    }
}
