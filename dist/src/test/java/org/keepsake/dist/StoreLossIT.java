package org.keepsake.dist;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Users count with two requests in flight while stores are killed, frozen and restarted empty: no session and no
 * acknowledged increment is lost. With {@code -Dkeepsake.long=true} two hundred of them count twenty times a second, and
 * how long they hear nothing is held to what the product promises on a machine of its own.
 */
@ParameterizedClass
@EnumSource(
        value = Setup.class,
        names = {"OUR_STORES", "MEMCACHED"})
record StoreLossIT(Setup setup) {

    private static final boolean LONG = Boolean.getBoolean("keepsake.long");
    private static final int USERS = LONG ? 200 : 50;
    private static final int PER_SECOND = LONG ? 20 : 10;
    private static final int ROUNDS = LONG ? 200 : 30;
    private static final Duration FROZEN = Duration.ofSeconds(10);

    /** What is promised on a machine of its own; elsewhere it is measured, and no silence is too long. */
    private static final Duration KILLED_SILENCE = LONG ? Duration.ofSeconds(1) : Duration.ofMinutes(1);

    private static final Duration FROZEN_SILENCE = LONG ? Duration.ofMillis(1_500) : Duration.ofMinutes(1);

    private static @Nullable Farm running;
    private static @Nullable Server balancer;

    @BeforeParameterizedClassInvocation
    static void start(Setup setup) throws Exception {
        setup.need();
        Farm farm = Farm.open("StoreLossIT", setup, "--locking-mode=all");
        running = farm;
        balancer = farm.balancer();
    }

    @AfterParameterizedClassInvocation
    static void end() {
        if (running != null) {
            running.close();
        }
    }

    @Behaviour(5)
    @Test
    void everyCounterEndsAtTheNumberOfAcknowledgedIncrements() throws Exception {
        try (CountingCrowd crowd = enter()) {
            crowd.countsOn(ROUNDS);
            crowd.leave().assertNothingLost(setup + ", two requests in flight per session");
        }
    }

    @Behaviour(13)
    @Test
    void nothingIsLostWhenAHomeStoreIsKilled() throws Exception {
        int view = farm().awaitWhole(0);
        try (CountingCrowd crowd = enter()) {
            crowd.countsOn(ROUNDS);
            farm().m2().kill();
            crowd.countsOn(ROUNDS);
            CountingCrowd.Result result = crowd.leave();
            result.assertNothingLost(setup + ", home store killed");
            result.assertSilentNoLongerThan(KILLED_SILENCE, "home store killed");
        } finally {
            farm().m2().restart();
            int unused = farm().awaitWhole(view);
        }
    }

    @Behaviour(13)
    @Test
    void nothingIsLostWhenAHomeStoreIsFrozen() throws Exception {
        int view = farm().awaitWhole(0);
        try (CountingCrowd crowd = enter()) {
            crowd.countsOn(ROUNDS);
            farm().m2().freeze();
            Thread.sleep(FROZEN.toMillis());
            farm().m2().thaw();
            int unused = farm().awaitWhole(view);
            crowd.countsOn(ROUNDS);
            CountingCrowd.Result result = crowd.leave();
            result.assertNothingLost(setup + ", home store frozen for 10 s");
            result.assertSilentNoLongerThan(FROZEN_SILENCE, "home store frozen");
        }
    }

    @Behaviour(13)
    @Test
    void nothingIsLostWhenOneStoreAfterTheOtherIsRestartedEmpty() throws Exception {
        int view = farm().awaitWhole(0);
        try (CountingCrowd crowd = enter()) {
            crowd.countsOn(ROUNDS);
            for (Server store : List.of(farm().m1(), farm().m2())) {
                store.kill();
                crowd.countsOn(ROUNDS);
                store.restart();
                view = farm().awaitWhole(view);
                crowd.countsOn(ROUNDS);
            }
            crowd.leave().assertNothingLost(setup + ", one store after the other restarted empty");
        }
    }

    private static Farm farm() {
        return requireNonNull(running);
    }

    private static CountingCrowd enter() throws Exception {
        return CountingCrowd.enter(requireNonNull(balancer).address(), USERS, PER_SECOND);
    }
}
