package org.keepsake.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A get, gets, gat or gats: the keys that are still to be answered. Used by one event loop. */
final class Retrieval implements LongAnswer {

    private static final byte[] VALUE = "VALUE ".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] SPACE = {' '};
    private static final byte[] CRLF = {'\r', '\n'};

    private final Cache cache;
    private final boolean withCas;
    private final boolean touching;
    private final long exptime;
    private byte[] keys;
    private int at;
    private int end;
    private boolean detached;

    private Retrieval(Cache cache, boolean withCas, boolean touching, long exptime, byte[] keys, int at, int end) {
        this.cache = cache;
        this.withCas = withCas;
        this.touching = touching;
        this.exptime = exptime;
        this.keys = keys;
        this.at = at;
        this.end = end;
    }

    static Retrieval get(Cache cache, boolean withCas, CommandLine line, int firstKey) {
        return new Retrieval(cache, withCas, false, 0, line.bytes(), line.start(firstKey), line.end());
    }

    static Retrieval getAndTouch(Cache cache, boolean withCas, long exptime, CommandLine line, int firstKey) {
        return new Retrieval(cache, withCas, true, exptime, line.bytes(), line.start(firstKey), line.end());
    }

    /** Whether no key is too long. */
    boolean wellFormed() {
        int to;
        for (int from = at; from < end; from = CommandLine.skipSpaces(keys, to, end)) {
            to = CommandLine.endOfToken(keys, from, end);
            if (to - from > Key.MAX_LENGTH) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean write(Output output) throws IOException {
        while (!output.blocked()) {
            if (at == end) {
                output.write(Reply.END);
                return true;
            }
            Item item = next();
            if (item != null) {
                write(item, output);
            }
        }
        detach();
        return false;
    }

    private void write(Item item, Output output) throws IOException {
        output.write(VALUE);
        output.write(item.key);
        output.write(SPACE);
        output.write(Decimal.format(Integer.toUnsignedLong(item.flags)));
        output.write(SPACE);
        output.write(Decimal.format(item.value.length()));
        if (withCas) {
            output.write(SPACE);
            output.write(Decimal.format(item.cas));
        }
        output.write(CRLF);
        output.writeValue(item.value, CRLF);
    }

    /** Looks the next key up; null when there is no such item. */
    private @Nullable Item next() {
        int to = CommandLine.endOfToken(keys, at, end);
        Key key = Key.of(keys, at, to);
        at = CommandLine.skipSpaces(keys, to, end);
        return touching ? cache.touch(key, exptime) : cache.get(key);
    }

    /** Copies what is left: the bytes of the input will be used for something else. */
    private void detach() {
        if (!detached) {
            keys = Arrays.copyOfRange(keys, at, end);
            end -= at;
            at = 0;
            detached = true;
        }
    }

    @Override
    public int held() {
        return detached ? keys.length : 0;
    }
}
