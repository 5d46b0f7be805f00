package org.keepsake.store;

/** A storage command of the text protocol whose data is on its way. Used by one event loop. */
final class Upload {

    private static final byte[] CRLF = {'\r', '\n'};

    final StorageMode mode;
    final Key key;
    final int flags;
    final long exptime;
    final long casUnique;
    final boolean noreply;
    private final ValueBuffer data;
    private int terminatorBytes;
    private boolean terminated = true;

    Upload(StorageMode mode, Key key, int flags, long exptime, int length, long casUnique, boolean noreply) {
        this.mode = mode;
        this.key = key;
        this.flags = flags;
        this.exptime = exptime;
        this.casUnique = casUnique;
        this.noreply = noreply;
        this.data = new ValueBuffer(length);
    }

    /** Takes what belongs to the data and to the line end behind it; returns how many bytes that was. */
    int receive(byte[] input, int from, int to) {
        int at = from + data.append(input, from, to);
        while (at < to && terminatorBytes < CRLF.length) {
            terminated &= input[at++] == CRLF[terminatorBytes++];
        }
        return at - from;
    }

    /** Bytes to come, the line end included. */
    int missing() {
        return data.missing() + CRLF.length - terminatorBytes;
    }

    /** Whether the data was followed by a line end, as it must be. */
    boolean terminated() {
        return terminated;
    }

    /** The data, when nothing is missing. */
    Value value() {
        return data.toValue();
    }

    int held() {
        return data.held();
    }
}
