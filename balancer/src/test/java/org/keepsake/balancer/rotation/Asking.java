package org.keepsake.balancer.rotation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Asks rotations for upstreams, and makes pools of them. */
final class Asking {

    private Asking() {}

    /** {@code A,weight=2} and so on: the name is the route, the port stands for the name. */
    static UpstreamPool pool(long version, String... upstreams) {
        List<Upstream> list = new ArrayList<>();
        for (String text : upstreams) {
            list.add(Upstream.parse(
                    "127.0.0.1:" + (int) text.charAt(0) + ",route=" + text.charAt(0) + text.substring(1)));
        }
        return new UpstreamPool(version, list);
    }

    /** What somebody gets who does not wait. */
    static Choice now(Rotation rotation, Collection<Peer> tried, Preference preference) {
        return rotation.choose(
                new Waiter(tried, preference, (waiter, choice) -> {
                    throw new AssertionError("told, though it did not wait");
                }),
                false);
    }

    /** The place for a request that may go anywhere. */
    static Place place(Rotation rotation) {
        return (Place) now(rotation, List.of(), Preference.NONE);
    }

    /** The place for a request with a key. */
    static Place place(Rotation rotation, String key) {
        return (Place) now(rotation, List.of(), new Preference(List.of(), key));
    }
}
