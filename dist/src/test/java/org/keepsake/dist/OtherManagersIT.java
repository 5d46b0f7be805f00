package org.keepsake.dist;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What the product promises of sessions where no stores keep them: with two nodes, and whatever else does. */
@ParameterizedClass
@MethodSource("org.keepsake.dist.Setup#ofOthers")
record OtherManagersIT(Setup setup)
        implements SavingBehaviours,
                EndingBehaviours,
                LoginBehaviours,
                LockBehaviours,
                VersionBehaviours,
                NodeLossBehaviours {

    private static @Nullable Farm running;

    @BeforeParameterizedClassInvocation
    static void start(Setup setup) throws Exception {
        setup.need();
        running = Farm.open("OtherManagersIT", setup);
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
