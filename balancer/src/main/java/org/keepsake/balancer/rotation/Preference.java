package org.keepsake.balancer.rotation;

import java.util.List;

/**
 * What of a request decides where it goes. Immutable.
 *
 * @param owners names or routes of the upstreams its session may belong to, the likeliest first
 * @param key what a hash is made of; empty when the request has no such thing, or the algorithm needs none
 */
public record Preference(List<String> owners, String key) {

    /** Of a request that may go anywhere. */
    public static final Preference NONE = new Preference(List.of(), "");

    public Preference {
        owners = List.copyOf(owners);
    }

    /** The same for a request whose upstream would take too long. */
    public Preference elsewhere() {
        return new Preference(List.of(), key);
    }
}
