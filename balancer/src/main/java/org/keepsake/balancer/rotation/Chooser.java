package org.keepsake.balancer.rotation;

import java.util.List;
import java.util.random.RandomGenerator;

/** An algorithm at work. Called under the lock of the {@link Rotation}. */
interface Chooser {

    /**
     * One of some peers.
     *
     * @param eligible at least one
     * @param key what a hash is made of; may be empty
     * @param now nanoseconds
     */
    Peer among(List<Peer> eligible, String key, long now);

    static Chooser of(Algorithm algorithm, RandomGenerator random) {
        Chooser turns = new RoundRobin();
        return switch (algorithm.kind()) {
            case ROUND_ROBIN -> turns;
            case LEAST_CONN -> new LeastConn(turns);
            case IP_HASH, URI_HASH, COOKIE_HASH -> new Hashing(turns);
            case RANDOM_TWO -> new RandomTwo(random, Peer::load);
            case EWMA -> new RandomTwo(random, Peer::expectedWait);
        };
    }
}
