package org.keepsake.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A get, gets, gat or gats: the keys that are still to be answered. Used by one event loop. */
final class Retrieval {

    final boolean withCas;
    private final boolean touching;
    private final long exptime;
    private byte[] keys;
    private int at;
    private int end;
    private boolean detached;

    private Retrieval(boolean withCas, boolean touching, long exptime, byte[] keys, int at, int end) {
        this.withCas = withCas;
        this.touching = touching;
        this.exptime = exptime;
        this.keys = keys;
        this.at = at;
        this.end = end;
    }

    static Retrieval get(boolean withCas, CommandLine line, int firstKey) {
        return new Retrieval(withCas, false, 0, line.bytes(), line.start(firstKey), line.end());
    }

    static Retrieval getAndTouch(boolean withCas, long exptime, CommandLine line, int firstKey) {
        return new Retrieval(withCas, true, exptime, line.bytes(), line.start(firstKey), line.end());
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

    boolean hasNext() {
        return at < end;
    }

    /** Looks the next key up; null when there is no such item. */
    @Nullable
    Item next(Cache cache) {
        int to = CommandLine.endOfToken(keys, at, end);
        Key key = Key.of(keys, at, to);
        at = CommandLine.skipSpaces(keys, to, end);
        return touching ? cache.touch(key, exptime) : cache.get(key);
    }

    /** Copies what is left: the bytes of the input will be used for something else. */
    void detach() {
        if (!detached) {
            keys = Arrays.copyOfRange(keys, at, end);
            end -= at;
            at = 0;
            detached = true;
        }
    }

    int held() {
        return detached ? keys.length : 0;
    }
}
