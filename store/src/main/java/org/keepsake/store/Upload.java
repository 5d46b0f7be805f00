package org.keepsake.store;

/** A storage command whose data is on its way. Used by one event loop. */
final class Upload {

    /** Bytes behind the data in the text protocol. */
    static final int LINE_END = 2;

    private static final byte[] CRLF = {'\r', '\n'};

    final StorageMode mode;
    final Key key;
    private final int flags;
    private final long exptime;
    private final long casUnique;
    final boolean noreply;
    private final ValueBuffer data;
    /** How many bytes of the line end are still to come. */
    private int lineEnd;

    private boolean terminated = true;

    private Upload(
            StorageMode mode,
            Key key,
            int flags,
            long exptime,
            long casUnique,
            boolean noreply,
            ValueBuffer data,
            int lineEnd) {
        this.mode = mode;
        this.key = key;
        this.flags = flags;
        this.exptime = exptime;
        this.casUnique = casUnique;
        this.noreply = noreply;
        this.data = data;
        this.lineEnd = lineEnd;
    }

    /** Of the text protocol: a line end follows the data. */
    static Upload ofLine(
            StorageMode mode, Key key, int flags, long exptime, int length, long casUnique, boolean noreply) {
        return new Upload(mode, key, flags, exptime, casUnique, noreply, new ValueBuffer(length), LINE_END);
    }

    /** Of the binary protocol: nothing follows the data. */
    static Upload ofPacket(
            StorageMode mode, Key key, int flags, long exptime, int length, long casUnique, boolean quiet) {
        return new Upload(mode, key, flags, exptime, casUnique, quiet, new ValueBuffer(length), 0);
    }

    /** Takes what belongs to the data and to the line end behind it; returns how many bytes that was. */
    int receive(byte[] input, int from, int to) {
        int at = from + data.append(input, from, to);
        while (at < to && lineEnd > 0) {
            terminated &= input[at++] == CRLF[LINE_END - lineEnd--];
        }
        return at - from;
    }

    /** Bytes to come, the line end included. */
    int missing() {
        return data.missing() + lineEnd;
    }

    /** Whether the data was followed by a line end, as it must be. */
    boolean terminated() {
        return terminated;
    }

    /** Carries the command out; only when nothing is missing, and only once. */
    Stored storeIn(Cache cache) {
        return cache.store(mode, key, flags, exptime, data.toValue(), casUnique);
    }

    int held() {
        return data.held();
    }
}
