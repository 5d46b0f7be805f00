package org.keepsake.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the protocols have in common: one command after the other, data on its way in, data that is let pass, and
 * answers that take more than one turn. Used by one event loop.
 */
abstract class CommandLoop implements Protocol {

    final Server server;
    final Cache cache;
    final Output output;

    /** At most one of these three is going on. */
    private @Nullable Upload upload;

    private @Nullable LongAnswer answer;
    private long toSwallow;

    private boolean finished;

    CommandLoop(Server server, Output output) {
        this.server = server;
        this.cache = server.cache;
        this.output = output;
    }

    @Override
    public final int consume(byte[] input, int from, int to) throws IOException {
        int at = from;
        while (!finished && !output.blocked()) {
            if (answer != null) {
                answer(answer);
            } else if (at == to) {
                break;
            } else if (toSwallow > 0) {
                int swallowed = (int) Math.min(toSwallow, to - at);
                toSwallow -= swallowed;
                at += swallowed;
            } else if (upload != null) {
                at += receive(upload, input, at, to);
            } else {
                int next = readCommand(input, at, to);
                if (next == at) {
                    break;
                }
                at = next;
            }
        }
        return at;
    }

    /** Carries out the next command; returns the position behind it, or {@code from} if it is not complete. */
    abstract int readCommand(byte[] input, int from, int to) throws IOException;

    /** Carries out a storage command all of whose data is there. */
    abstract void complete(Upload received) throws IOException;

    /** Answers that there is no memory for data half received; what is to come is let pass. */
    abstract void refuseForMemory(Upload received) throws IOException;

    @Override
    public final boolean finished() {
        return finished;
    }

    /** The connection is to be closed when the answers are written. */
    final void finish() {
        finished = true;
    }

    @Override
    public final int held() {
        return (upload == null ? 0 : upload.held()) + (answer == null ? 0 : answer.held());
    }

    @Override
    public final String state() {
        if (upload != null) {
            return "conn_nread";
        }
        if (toSwallow > 0) {
            return "conn_swallow";
        }
        return output.blocked() ? "conn_mwrite" : "conn_read";
    }

    /** Writes what can be written now, and the rest before the next command. */
    final void answer(LongAnswer longAnswer) throws IOException {
        answer = longAnswer.write(output) ? null : longAnswer;
    }

    /** Lets so many bytes pass. */
    final void swallow(long bytes) {
        toSwallow = bytes;
    }

    /**
     * Whether data of this length is taken. If not, it is let pass, {@code behind} bytes of line end included, and the
     * client must be told.
     */
    final boolean admits(StorageMode mode, Key key, long length, int behind) {
        if (cache.admits(length)) {
            return true;
        }
        server.statistics.count(Counter.STORE_TOO_LARGE);
        refuse(mode, key, length + behind);
        return false;
    }

    /** Takes the data in. */
    final void receive(Upload announced) throws IOException {
        if (announced.missing() == 0) {
            complete(announced);
        } else {
            upload = announced;
        }
    }

    private int receive(Upload current, byte[] input, int from, int to) throws IOException {
        if (current.missing() > to - from && !server.buffers.allows(current.held(), to - from)) {
            upload = null;
            server.statistics.count(Counter.STORE_NO_MEMORY);
            refuse(current.mode, current.key, current.missing());
            refuseForMemory(current);
            return 0;
        }
        int received = current.receive(input, from, to);
        if (current.missing() == 0) {
            upload = null;
            complete(current);
        }
        return received;
    }

    /** A set that is refused must not leave the old data behind, which its client believes replaced. */
    private void refuse(StorageMode mode, Key key, long remaining) {
        if (mode == StorageMode.SET) {
            cache.forget(key);
        }
        toSwallow = remaining;
    }
}
