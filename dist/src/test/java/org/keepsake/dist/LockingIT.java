package org.keepsake.dist;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code --locking-mode=all} promises. */
@ParameterizedClass
@EnumSource(Setup.class)
record LockingIT(Setup setup) implements LockBehaviours {

    private static @Nullable Farm running;

    @BeforeParameterizedClassInvocation
    static void start(Setup setup) throws Exception {
        setup.need();
        running = Farm.open("LockingIT", setup, "--locking-mode=all");
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
