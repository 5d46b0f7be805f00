package org.keepsake.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One line of the text protocol, cut at its spaces (protocol.txt, "Commands"). Reused from line to line by one event
 * loop; holds no copy of the bytes.
 */
final class CommandLine {

    /** More than any command but the retrieval ones has. */
    private static final int MAX_TOKENS = 8;

    private final int[] starts = new int[MAX_TOKENS];
    private final int[] ends = new int[MAX_TOKENS];
    private byte[] bytes = new byte[0];
    private int tokens;
    private int end;

    /** Cuts the line; the line end, LF or CR LF, is at {@code lineFeed}. */
    void parse(byte[] input, int from, int lineFeed) {
        bytes = input;
        end = lineFeed > from && input[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
        tokens = 0;
        int at = skipSpaces(input, from, end);
        while (at < end && tokens < MAX_TOKENS) {
            int to = endOfToken(input, at, end);
            starts[tokens] = at;
            ends[tokens++] = to;
            at = skipSpaces(input, to, end);
        }
    }

    static int skipSpaces(byte[] input, int from, int to) {
        int at = from;
        while (at < to && input[at] == ' ') {
            at++;
        }
        return at;
    }

    static int endOfToken(byte[] input, int from, int to) {
        int at = from;
        while (at < to && input[at] != ' ') {
            at++;
        }
        return at;
    }

    /** The number of tokens, the command's name included, up to eight. */
    int tokens() {
        return tokens;
    }

    byte[] bytes() {
        return bytes;
    }

    int start(int token) {
        return starts[token];
    }

    /** The position of the line end. */
    int end() {
        return end;
    }

    int length(int token) {
        return ends[token] - starts[token];
    }

    String text(int token) {
        return new String(bytes, starts[token], length(token), StandardCharsets.ISO_8859_1);
    }

    boolean is(int token, byte[] word) {
        return Arrays.equals(bytes, starts[token], ends[token], word, 0, word.length);
    }

    boolean startsWith(int token, byte[] prefix) {
        int from = starts[token];
        return length(token) >= prefix.length
                && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
    }

    /** Whether the token is short enough for a key. */
    boolean hasKey(int token) {
        return length(token) <= Key.MAX_LENGTH;
    }

    Key key(int token) {
        return Key.of(bytes, starts[token], ends[token]);
    }

    /** Whether the token is a number from 0 to 2^64-1. */
    boolean isUnsigned(int token) {
        return Decimal.isUnsigned(bytes, starts[token], ends[token]);
    }

    /** The number, as an unsigned long. */
    long unsigned(int token) {
        return Decimal.unsigned(bytes, starts[token], ends[token]);
    }

    /** Whether the token is a number from 0 to {@code max}. */
    boolean isUnsigned(int token, long max) {
        return isUnsigned(token) && Long.compareUnsigned(unsigned(token), max) <= 0;
    }

    /** Whether the token is a number from -2^63+1 to 2^63-1. */
    boolean isSigned(int token) {
        int from = starts[token];
        boolean negative = length(token) > 1 && bytes[from] == '-' && bytes[from + 1] != '+';
        int digits = negative ? from + 1 : from;
        return Decimal.isUnsigned(bytes, digits, ends[token]) && Decimal.unsigned(bytes, digits, ends[token]) >= 0;
    }

    long signed(int token) {
        int from = starts[token];
        return bytes[from] == '-'
                ? -Decimal.unsigned(bytes, from + 1, ends[token])
                : Decimal.unsigned(bytes, from, ends[token]);
    }
}
