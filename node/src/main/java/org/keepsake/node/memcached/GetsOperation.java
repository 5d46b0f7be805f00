package org.keepsake.node.memcached;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.store.Reply;

/**
 * {@code gets} of one key or more: for each one that is there, in their order, {@code VALUE <key> <flags> <bytes> <cas
 * unique>}, the value and a line end; then {@code END}.
 */
final class GetsOperation extends TextOperation {

    private final List<String> keys;
    private final Answer<List<Reply>> answer;
    private final long epoch;

    /** The longest value the store can have; a server that says more is not believed. */
    private final long limit;

    /** For the first keys; what is left when {@code END} comes is absent. */
    private final List<Reply> replies;

    private byte @Nullable [] value;
    private long cas;
    private int read;

    GetsOperation(byte[] request, List<String> keys, Epoch epoch, Pending<?> pending, Answer<List<Reply>> answer) {
        super(request, pending);
        this.keys = keys;
        this.answer = answer;
        this.epoch = epoch.number();
        this.limit = epoch.maxItemSize();
        this.replies = new ArrayList<>(keys.size());
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
        byte[] whole = value;
        if (whole != null) {
            endValue(whole, text);
        } else if (text.equals("END")) {
            absentUpTo(keys.size());
            over();
            answer.is(replies);
        } else if (text.startsWith("VALUE ")) {
            readHeader(text.split(" ", -1));
        } else if (replies.isEmpty() && text.startsWith("SERVER_ERROR")) {
            over();
            answer.is(Endings.ofReads(keys.size()).ofErrorLine(text));
        } else {
            throw broken("unexpected answer to gets");
        }
    }

    private void endValue(byte[] whole, String text) throws IOException {
        if (!text.isEmpty()) {
            throw broken("a value that is longer than it says");
        }
        replies.add(new Reply.Found(whole, cas, epoch));
        value = null;
    }

    private void absentUpTo(int index) {
        while (replies.size() < index) {
            replies.add(new Reply.Absent(epoch));
        }
    }

    private void readHeader(String[] words) throws IOException {
        int index = words.length == 5 ? indexOf(words[1]) : -1;
        if (index < 0) {
            throw broken("a value that was not asked for");
        }
        long length = number(words[3]);
        if (length < 0 || length > limit) {
            throw broken("a value of " + words[3] + " bytes");
        }
        absentUpTo(index);
        cas = number(words[4]);
        read = 0;
        value = new byte[(int) length];
    }

    /** Among the keys that have no answer yet. */
    private int indexOf(String key) {
        for (int i = replies.size(); i < keys.size(); i++) {
            if (keys.get(i).equals(key)) {
                return i;
            }
        }
        return -1;
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
