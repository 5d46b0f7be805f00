package org.keepsake.node.grid;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Changes a key if it is as it should be, and answers {@link Result}. Asked again, because the owner died before it
 * answered, it answers the same: the version it leaves is its own.
 */
final class GridChange extends GridTask {

    private static final long serialVersionUID = 1L;

    /** When the change is made. */
    enum When {
        /** Nothing is there. */
        ABSENT(1),
        /** The version that was seen is there. */
        SEEN(2),
        /** In any case. */
        ALWAYS(3),
        /** Something is there, which keeps value and version and is given another life, or ends if that is over. */
        TOUCH(4);

        private final byte number;

        When(int number) {
            this.number = (byte) number;
        }

        static When of(int number) throws IOException {
            for (When when : values()) {
                if (when.number == number) {
                    return when;
                }
            }
            throw new IOException("a change of the unknown kind " + number);
        }
    }

    /** What is answered, as the number it has here. */
    enum Result {
        DONE(1),
        ANOTHER(2),
        NOTHING(3);

        private final Integer number;

        Result(int number) {
            this.number = number;
        }

        /** @throws IllegalArgumentException if it is none of these */
        static Result of(@Nullable Object answer) {
            for (Result result : values()) {
                if (result.number.equals(answer)) {
                    return result;
                }
            }
            throw new IllegalArgumentException("a member answered " + answer);
        }
    }

    private When when;
    private long seen;

    /** What is to be there; null for nothing, and for a touch. */
    private byte @Nullable [] next;

    /** The life of what is there then, in seconds, 0 for ever, negative if it is over; and when it ends, by the cluster's time. */
    private long seconds;

    private long expiry;

    /** The {@link GridMember#number} of who asks for it. */
    private long changer;

    /** What the backups are to have once it was done. */
    private transient @Nullable GridBackup done;

    GridChange() {
        this(When.ALWAYS, 0, null, 0, 0, 0);
    }

    GridChange(When when, long seen, byte @Nullable [] next, long seconds, long expiry, long changer) {
        this.when = when;
        this.seen = seen;
        this.next = next;
        this.seconds = seconds;
        this.expiry = expiry;
        this.changer = changer;
    }

    @Override
    Object run(Map.Entry<String, byte[]> entry) {
        byte[] there = entry.getValue();
        return switch (when) {
            case ALWAYS -> put(entry, there, next);
            case ABSENT -> there == null || isOurs(there) ? put(entry, there, next) : answer(Result.ANOTHER);
            case SEEN ->
                there == null
                        ? answer(next == null ? Result.DONE : Result.NOTHING)
                        : GridValue.version(there) == seen || isOurs(there)
                                ? put(entry, there, next)
                                : answer(Result.ANOTHER);
            case TOUCH ->
                there == null ? answer(Result.NOTHING) : put(entry, there, seconds < 0 ? null : withExpiry(there));
        };
    }

    private boolean isOurs(byte[] there) {
        byte[] ours = next;
        return ours != null && GridValue.version(there) == GridValue.version(ours);
    }

    private byte[] withExpiry(byte[] there) {
        GridValue value = GridValue.decode(there);
        return new GridValue(value.version(), expiry, value.value()).encode();
    }

    private Object put(Map.Entry<String, byte[]> entry, byte @Nullable [] there, byte @Nullable [] value) {
        set(entry, value, seconds);
        done = new GridBackup(value, seconds, there == null ? 0 : GridValue.version(there), changer);
        return answer(Result.DONE);
    }

    static void set(Map.Entry<String, byte[]> entry, byte @Nullable [] value, long seconds) {
        if (value == null) {
            byte[] unused = entry.setValue(null);
        } else {
            byte[] unused = ((ExtendedMapEntry<String, byte[]>) entry).setValue(value, seconds, TimeUnit.SECONDS);
        }
    }

    private static Integer answer(Result result) {
        return result.number;
    }

    @Override
    public @Nullable EntryProcessor<String, byte[], Object> getBackupProcessor() {
        return done;
    }

    @Override
    public int getClassId() {
        return GridFactory.CHANGE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(when.number);
        out.writeLong(seen);
        out.writeByteArray(next);
        out.writeLong(seconds);
        out.writeLong(expiry);
        out.writeLong(changer);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        when = When.of(in.readByte());
        seen = in.readLong();
        next = in.readByteArray();
        seconds = in.readLong();
        expiry = in.readLong();
        changer = in.readLong();
    }
}
