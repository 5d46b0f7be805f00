package org.keepsake.node.session.transcoder.graph;

import com.esotericsoftware.kryo.io.Output;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Grows as it must, and writes strings with their length in bytes, which a reader can check. Used by one thread. */
final class RoomyOutput extends Output {

    private static final int AT_FIRST = 512;

    RoomyOutput() {
        super(AT_FIRST, -1);
    }

    /** 0 for none, else 1 + 2 × length, + 1 if it is UTF-16 units because UTF-8 cannot have it; then the bytes. */
    @Override
    public void writeString(@Nullable String text) {
        if (text == null) {
            writeVarInt(0, true);
            return;
        }
        boolean fits = Chars.fitText(text);
        byte[] bytes = fits ? text.getBytes(StandardCharsets.UTF_8) : Primitives.bytes(text.toCharArray());
        writeVarInt(1 + 2 * bytes.length + (fits ? 0 : 1), true);
        writeBytes(bytes);
    }

    /** Names of classes: read as any string. */
    @Override
    public void writeAscii(@Nullable String text) {
        writeString(text);
    }
}
