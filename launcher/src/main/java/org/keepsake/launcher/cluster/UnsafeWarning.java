package org.keepsake.launcher.cluster;

import java.lang.reflect.Field;

/**
 * Keeps the JVM from warning of what its user can do nothing about: Hazelcast reaches memory through
 * {@code sun.misc.Unsafe}, and Java 24 and newer say so once on standard error (JEP 498). The switch against it is a
 * command-line option that no manifest can carry, so the warning is marked as given instead.
 */
final class UnsafeWarning {

    private static final System.Logger LOG = System.getLogger(UnsafeWarning.class.getName());

    private UnsafeWarning() {}

    /** To be called before Hazelcast starts. Does nothing on a JVM that has no such warning. */
    static void markAsGiven() {
        try {
            Field warned = Class.forName("sun.misc.Unsafe").getDeclaredField("memoryAccessWarned");
            warned.setAccessible(true);
            warned.setBoolean(null, true);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "this JVM has no warning of sun.misc.Unsafe, or gives it all the same",
                    e);
        }
    }
}
