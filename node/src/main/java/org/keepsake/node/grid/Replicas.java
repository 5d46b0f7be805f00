package org.keepsake.node.grid;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of values that others own: as they are, or nothing. Thread-safe.
 *
 * <p>A replica has the version of its value, and is changed only by who has seen that very version; whatever else is told
 * of it makes it unknown, but what is known already. What is fetched from the owner becomes a replica only if nothing was told of the key meanwhile.
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

        /** What is known if nothing comes of it; null if the key was unknown. */
        private final @Nullable Missed otherwise;

        Fetching(long generation, @Nullable Missed otherwise) {
            this.generation = generation;
            this.otherwise = otherwise;
        }
    }

    /** Something was told of it that cannot be applied here: what is told late is older. */
    private static final class Missed implements Known {
        private final long since;

        /** The last value that was known, so that a watcher hears what became of it; null if nobody watches. */
        private final byte @Nullable [] last;

        Missed(long since, byte @Nullable [] last) {
            this.since = since;
            this.last = last;
        }
    }

    /** What a value was found as. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Found(byte[] value, long version) {}

    /** How long, in milliseconds, something may be told late. */
    private static final long LATE = 60_000;

    private final ConcurrentMap<String, Known> known = new ConcurrentHashMap<>();

    /** Told while the entry of a key is held, which keeps the order; null for nobody. */
    private volatile @Nullable ReplicaWatcher watcher;

    /** Says who hears of what others changed from now on; null for nobody. */
    void watch(@Nullable ReplicaWatcher other) {
        watcher = other;
    }

    /** The replica of a key; null if there is none that can be relied on. */
    @Nullable
    Found get(String key, long generation, long now) {
        return known.get(key) instanceof Replica replica
                        && replica.generation == generation
                        && (replica.expiry == 0 || replica.expiry > now)
                ? new Found(replica.value, replica.version)
                : null;
    }

    /**
     * Has the replica of a key count for this generation, if it is what its owner has had since that began.
     *
     * @return whether there is one
     */
    boolean confirm(String key, long version, long expiry, long generation) {
        return known.get(key) instanceof Replica replica
                && replica.version == version
                && (replica.generation == generation
                        || known.replace(key, replica, new Replica(generation, version, replica.value, expiry)));
    }

    /** Begins to fetch a key; what is returned says so to {@link #fetched}. */
    Object fetching(String key, long generation, long now) {
        return Objects.requireNonNull(
                known.compute(key, (unused, there) -> new Fetching(generation, leftOf(there, now))));
    }

    /** What is to be remembered where nothing is known any more: that what adds the key now is told late. */
    private @Nullable Missed leftOf(@Nullable Known there, long now) {
        if (there instanceof Replica) {
            return missed(there, now);
        }
        return there instanceof Fetching fetching ? fetching.otherwise : (Missed) there;
    }

    private Missed missed(@Nullable Known there, long now) {
        return new Missed(now, watcher == null ? null : lastOf(there));
    }

    private static byte @Nullable [] lastOf(@Nullable Known there) {
        if (there instanceof Replica replica) {
            return replica.value;
        }
        Known before = there instanceof Fetching fetching ? fetching.otherwise : there;
        return before instanceof Missed missed ? missed.last : null;
    }

    /** What the owner said it has. */
    void fetched(String key, Object fetching, GridValue value) {
        if (fetching instanceof Fetching begun) {
            var unused =
                    known.computeIfPresent(key, (same, there) -> there == begun ? replica(key, begun, value) : there);
        }
    }

    private Replica replica(String key, Fetching fetched, GridValue value) {
        byte[] last = lastOf(fetched);
        if (last != null) {
            changed(key, last, value.value());
        }
        return new Replica(fetched.generation, value.version(), value.value(), value.expiry());
    }

    private void changed(String key, byte @Nullable [] before, byte[] after) {
        ReplicaWatcher watching = watcher;
        if (watching != null) {
            watching.changed(key, before, after);
        }
    }

    /** The owner has nothing, or did not say. */
    void notFetched(String key, Object fetching) {
        var unused = known.computeIfPresent(
                key, (same, there) -> there == fetching && there instanceof Fetching ended ? ended.otherwise : there);
    }

    /** Takes note of what another node changed. */
    void changedThere(Replacement change, long generation, long now) {
        var unused = known.compute(change.key(), (key, there) -> {
            Known next = next(change, there, generation, now);
            if (next instanceof Replica replica && !isSame(there, replica)) {
                changed(key, lastOf(there), replica.value);
            }
            return next;
        });
    }

    private static boolean isSame(@Nullable Known there, Replica replica) {
        return there instanceof Replica known && known.version == replica.version;
    }

    /** Takes note of what this node changed: no watcher hears of it. */
    void changedHere(Replacement change, long generation, long now) {
        var unused = known.compute(change.key(), (key, there) -> next(change, there, generation, now));
    }

    private Known next(Replacement change, @Nullable Known there, long generation, long now) {
        if (there instanceof Replica heard && heard.generation == generation && heard.version == change.version()) {
            return heard.expiry == change.expiry()
                    ? heard
                    : new Replica(generation, heard.version, heard.value, change.expiry());
        }
        byte[] old = replaced(change, there, generation);
        byte[] value = old == null ? null : change.of(old);
        return value == null ? missed(there, now) : new Replica(generation, change.version(), value, change.expiry());
    }

    /** Whether a watcher has yet to hear what became of a value: as soon as it is fetched. */
    boolean isOwed(String key) {
        return watcher != null && known.get(key) instanceof Missed missed && missed.last != null;
    }

    /** The value that was replaced; null if it is not here. */
    private static byte @Nullable [] replaced(Replacement change, @Nullable Known there, long generation) {
        if (there == null) {
            return change.before() == 0 ? NOTHING : null;
        }
        return there instanceof Replica replica
                        && replica.generation == generation
                        && replica.version == change.before()
                ? replica.value
                : null;
    }

    /** Lets go of what is of no use any more. */
    void purge(long generation, long now) {
        known.forEach((key, there) -> {
            if (there instanceof Replica replica) {
                if (replica.generation != generation || (replica.expiry != 0 && replica.expiry <= now)) {
                    boolean unused = known.replace(key, replica, missed(replica, now));
                }
            } else if (there instanceof Missed missed && now - missed.since > LATE) {
                boolean unused = known.remove(key, missed);
            }
        });
    }

    /** How many there are, of whatever generation. */
    int size() {
        return known.size();
    }
}
