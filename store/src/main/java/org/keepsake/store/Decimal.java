package org.keepsake.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Decimal numbers as clients write them: a plus sign in front is allowed, as memcached allows it. */
final class Decimal {

    private static final int MAX_DIGITS = 20;

    private Decimal() {}

    /** Whether the bytes are a number from 0 to 2^64-1. */
    static boolean isUnsigned(byte[] bytes, int from, int to) {
        int start = from < to && bytes[from] == '+' ? from + 1 : from;
        for (int i = start; i < to; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return false;
            }
        }
        while (start < to - 1 && bytes[start] == '0') {
            start++;
        }
        int digits = to - start;
        return digits > 0 && digits <= MAX_DIGITS && (digits < MAX_DIGITS || fits(bytes, start, to));
    }

    private static boolean fits(byte[] bytes, int from, int to) {
        byte[] max = format(-1);
        return Arrays.compare(bytes, from, to, max, 0, max.length) <= 0;
    }

    /** The number that {@link #isUnsigned} has found, as an unsigned long. */
    static long unsigned(byte[] bytes, int from, int to) {
        long number = 0;
        for (int i = bytes[from] == '+' ? from + 1 : from; i < to; i++) {
            number = number * 10 + (bytes[i] - '0');
        }
        return number;
    }

    /** The digits of an unsigned long. */
    static byte[] format(long unsigned) {
        return Long.toUnsignedString(unsigned).getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * The number at the start of an item's data, up to a space, as {@code strtoull} of the C library reads it; empty
     * bytes when there is none.
     */
    static byte[] leadingNumber(byte[] data) {
        int from = 0;
        while (from < data.length && isSpace(data[from])) {
            from++;
        }
        int to = from;
        while (to < data.length && !isSpace(data[to])) {
            to++;
        }
        return isUnsigned(data, from, to) ? Arrays.copyOfRange(data, from, to) : new byte[0];
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }
}
