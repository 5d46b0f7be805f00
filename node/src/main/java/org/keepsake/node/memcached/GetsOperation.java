package org.keepsake.node.memcached;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** {@code gets} of one key: {@code VALUE <key> <flags> <bytes> <cas unique>}, the value, {@code END}; or only END. */
final class GetsOperation extends TextOperation {

    private final String key;
    private final Answer<Reply> answer;
    private final long epoch;
    private final long limit;

    private byte @Nullable [] value;
    private long cas;
    private int read;

    /** @param limit the longest value in bytes the store can have; a server that says more is not believed */
    GetsOperation(byte[] request, String key, long epoch, long limit, Pending<Reply> pending) {
        super(request, pending);
        this.key = key;
        this.epoch = epoch;
        this.limit = limit;
        this.answer = pending;
    }

    @Override
    boolean readData(ByteBuffer data) {
        byte[] target = value;
        if (target == null || read == target.length) {
            return false;
        }
        int length = Math.min(data.remaining(), target.length - read);
        data.get(target, read, length);
        read += length;
        return read < target.length;
    }

    @Override
    void readLine(String text) throws IOException {
        if (text.equals("END")) {
            end();
        } else if (value == null && text.startsWith("VALUE ")) {
            readHeader(text.split(" ", -1));
        } else if (value == null && text.startsWith("SERVER_ERROR")) {
            over();
            answer.is(Endings.OF_READ.ofErrorLine(text));
        } else if (!text.isEmpty() || value == null) {
            // The empty line is what closes the value.
            throw broken("unexpected answer to gets");
        }
    }

    private void end() {
        byte[] found = value;
        over();
        answer.is(found == null ? new Reply.Absent() : new Reply.Found(found, cas, epoch));
    }

    private void readHeader(String[] words) throws IOException {
        if (words.length != 5 || !words[1].equals(key)) {
            throw broken("a value that was not asked for");
        }
        long length = number(words[3]);
        if (length < 0 || length > limit) {
            throw broken("a value of " + words[3] + " bytes");
        }
        cas = number(words[4]);
        value = new byte[(int) length];
    }

    private long number(String digits) throws IOException {
        try {
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            IOException broken = broken("no number in VALUE");
            broken.initCause(e);
            throw broken;
        }
    }
}
