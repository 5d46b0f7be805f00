package org.keepsake.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Tells another node what became of a value of which it may have a replica. Immutable.
 *
 * @param patch what makes the value of the old one; null if the replica is only to be let go of
 */
record GridUpdate(
        String key,
        long before,
        long version,
        long expiry,
        @Nullable Patch patch) implements Replacement {

    /** Tells nothing. */
    GridUpdate() {
        this("", 0, 0, 0, null);
    }

    /** The value of {@code before} became this one; of version 0, that there was none. */
    static GridUpdate of(String key, long before, byte[] old, long version, byte[] value, long expiry) {
        return new GridUpdate(key, before, version, expiry, Patch.between(old, value));
    }

    /** Whatever a node has of this key may be old. */
    static GridUpdate forgetting(String key) {
        return new GridUpdate(key, 0, 0, 0, null);
    }

    @Override
    public byte @Nullable [] of(byte[] old) {
        Patch known = patch;
        try {
            return known == null ? null : known.applyTo(old);
        } catch (IllegalArgumentException another) {
            return null;
        }
    }

    void write(ObjectDataOutput out) throws IOException {
        out.writeString(key);
        out.writeLong(before);
        out.writeLong(version);
        out.writeLong(expiry);
        out.writeBoolean(patch != null);
        if (patch != null) {
            patch.write(out);
        }
    }

    /** @throws IOException if it is none */
    static GridUpdate read(ObjectDataInput in) throws IOException {
        String key = in.readString();
        if (key == null) {
            throw new IOException("an update of no key");
        }
        return new GridUpdate(
                key, in.readLong(), in.readLong(), in.readLong(), in.readBoolean() ? Patch.read(in) : null);
    }
}
