package org.keepsake.node.session.transcoder.graph;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Bytes of which no length makes anybody allocate more than there are. Used by one thread. */
final class BoundedInput extends Input {

    private static final int BITS_OF_FORM = 1;

    BoundedInput(byte[] bytes) {
        super(bytes);
    }

    /**
     * A number of things that follow, each at least one byte long.
     *
     * @throws KryoException if there are not so many bytes
     */
    int readLength() {
        int length = readVarInt(true);
        if (length < 0 || length > limit - position) {
            throw new KryoException("a length of " + length + " is past the end");
        }
        return length;
    }

    /** As {@link RoomyOutput} writes it. */
    @Override
    public @Nullable String readString() {
        int form = readVarInt(true);
        if (form == 0) {
            return null;
        }
        int length = (form - 1) >>> BITS_OF_FORM;
        if (length > limit - position) {
            throw new KryoException("a length of " + length + " is past the end");
        }
        byte[] bytes = readBytes(length);
        return ((form - 1) & 1) == 0
                ? new String(bytes, StandardCharsets.UTF_8)
                : new String((char[]) Primitives.array(char.class, bytes));
    }
}
