package org.keepsake.dist;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What the product promises of sessions, with two nodes and two stores of each kind. */
@ParameterizedClass
@MethodSource("org.keepsake.dist.Setup#ofStores")
record BehavioursIT(Setup setup)
        implements SavingBehaviours,
                EndingBehaviours,
                CostBehaviours,
                LoginBehaviours,
                LockBehaviours,
                VersionBehaviours,
                NodeLossBehaviours,
                StoreLossBehaviours {

    private static @Nullable Farm running;

    @BeforeParameterizedClassInvocation
    static void start(Setup setup) throws Exception {
        setup.need();
        running = Farm.open("BehavioursIT", setup);
    }

    @AfterParameterizedClassInvocation
    static void end() {
        if (running != null) {
            running.close();
        }
    }

    @Override
    public Farm farm() {
        return requireNonNull(running);
    }
}
