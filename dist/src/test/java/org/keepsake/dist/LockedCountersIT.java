package org.keepsake.dist;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Users count with two requests in flight where no stores keep the sessions, on whichever node it happens to be: with
 * {@code --locking-mode=all} every number is promised once and no acknowledged one is missing, also when a node is killed.
 */
@Alone
class LockedCountersIT {

    private static final int USERS = Scale.of(50, 200);
    private static final int PER_SECOND = 5;
    private static final int ROUNDS = Scale.of(20, 50);

    static Stream<Setup> setups() {
        return Setup.ofOthers();
    }

    @Behaviour(5)
    @ParameterizedTest
    @MethodSource("setups")
    void everyCounterEndsAtTheNumberOfAcknowledgedIncrements(Setup setup) throws Exception {
        setup.need();
        try (Farm farm = Farm.open("LockedCountersIT", setup, "--locking-mode=all")) {
            Server balancer = farm.balancer(setup.sticky() ? "route" : "none");
            try (CountingCrowd crowd = CountingCrowd.enter(balancer.address(), USERS, PER_SECOND)) {
                crowd.countsOn(ROUNDS);
                Duration before = crowd.longestSilence();
                farm.a().kill();
                crowd.countsOn(ROUNDS);
                crowd.leave()
                        .assertNothingLost(
                                setup + ", " + USERS + " users with two requests in flight, node A killed", before);
            }
        }
    }
}
