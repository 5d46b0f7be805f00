package org.keepsake.node.grid;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of values that others own: as they are, or nothing. Thread-safe.
 *
 * <p>A replica has the version of its value, and is changed only by who has seen that very version; whatever else is told
 * of it makes it unknown. What is fetched from the owner becomes a replica only if nothing was told of the key meanwhile.
 * Each counts for one generation: a new one begins when this node may have missed something.
 */
final class Replicas {

    private static final byte[] NOTHING = new byte[0];

    /** What is known of a key. Compared by identity. */
    private sealed interface Known {}

    private static final class Replica implements Known {
        private final long generation;
        private final long version;
        private final byte[] value;
        private final long expiry;

        Replica(long generation, long version, byte[] value, long expiry) {
            this.generation = generation;
            this.version = version;
            this.value = value;
            this.expiry = expiry;
        }
    }

    /** Somebody fetches it. */
    private static final class Fetching implements Known {
        private final long generation;

        Fetching(long generation) {
            this.generation = generation;
        }
    }

    /** Something was told of it that cannot be applied here: what is told late is older. */
    private static final class Missed implements Known {
        private final long since;

        Missed(long since) {
            this.since = since;
        }
    }

    /** What a value was found as. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Found(byte[] value, long version) {}

    /** How long, in milliseconds, something may be told late. */
    private static final long LATE = 60_000;

    private final ConcurrentMap<String, Known> known = new ConcurrentHashMap<>();

    /** The replica of a key; null if there is none that can be relied on. */
    @Nullable
    Found get(String key, long generation, long now) {
        return known.get(key) instanceof Replica replica
                        && replica.generation == generation
                        && (replica.expiry == 0 || replica.expiry > now)
                ? new Found(replica.value, replica.version)
                : null;
    }

    /** Begins to fetch a key; what is returned says so to {@link #fetched}. */
    Object fetching(String key, long generation) {
        Fetching fetching = new Fetching(generation);
        known.put(key, fetching);
        return fetching;
    }

    /** What the owner said it has. */
    void fetched(String key, Object fetching, GridValue value) {
        if (fetching instanceof Fetching begun) {
            boolean unused = known.replace(
                    key, begun, new Replica(begun.generation, value.version(), value.value(), value.expiry()));
        }
    }

    /** The owner has nothing, or did not say. */
    void notFetched(String key, Object fetching) {
        boolean unused = known.remove(key, fetching);
    }

    /** Takes note of what a node tells. */
    void told(GridUpdate update, long generation, long now) {
        Patch patch = update.patch();
        var unused = known.compute(update.key(), (key, there) -> {
            if (patch == null) {
                return new Missed(now);
            }
            if (update.before() == 0 && there == null) {
                return new Replica(generation, update.version(), patch.applyTo(NOTHING), update.expiry());
            }
            if (there instanceof Replica replica
                    && replica.generation == generation
                    && replica.version == update.before()) {
                return new Replica(generation, update.version(), patch.applyTo(replica.value), update.expiry());
            }
            return new Missed(now);
        });
    }

    /** Lets go of what is of no use any more. */
    void purge(long generation, long now) {
        known.values()
                .removeIf(there -> there instanceof Replica replica
                        ? replica.generation != generation || (replica.expiry != 0 && replica.expiry <= now)
                        : there instanceof Missed missed && now - missed.since > LATE);
    }

    /** How many there are, of whatever generation. */
    int size() {
        return known.size();
    }
}
