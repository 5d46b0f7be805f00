package org.keepsake.store;

/** Numbers of bytes as people read them. */
final class Bytes {

    private static final long MEGABYTE = 1 << 20;
    private static final long KILOBYTE = 1 << 10;

    private Bytes() {}

    /** In megabytes or kilobytes where that is exact, as {@code 64m}, {@code 100k} or {@code 1001}. */
    static String format(long bytes) {
        if (bytes % MEGABYTE == 0) {
            return bytes / MEGABYTE + "m";
        }
        return bytes % KILOBYTE == 0 ? bytes / KILOBYTE + "k" : Long.toString(bytes);
    }
}
