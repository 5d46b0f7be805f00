package org.keepsake.dist;

/** How much the tests ask for: what a build has time for, or with {@code -Dkeepsake.long=true} all there is. */
final class Scale {

    static final boolean LONG = Boolean.getBoolean("keepsake.long");

    private Scale() {}

    /** For {@code @EnabledIf}. */
    static boolean isLong() {
        return LONG;
    }

    static <T> T of(T usual, T inLongRun) {
        return LONG ? inLongRun : usual;
    }
}
