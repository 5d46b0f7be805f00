package org.keepsake.node.session.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.view.Holders.Holder;
import org.keepsake.node.store.Reply;

/** What is known of the copies of one session while it is merged into its holders. Used by one thread. */
final class Copies {

    /** There are two, seldom more: looked through sooner than hashed. */
    private final List<Copy> known = new ArrayList<>(2);

    /** What is known of one holder. */
    static final class Copy {
        private final String store;

        boolean met;
        boolean read;
        boolean done;
        long epoch;

        /** Whether that is from an earlier operation, so that the holder may have nothing by now. */
        boolean remembered;

        /** What it has, null if nothing. */
        @Nullable
        SessionRecord record;

        /** The answer by which that is known, null if it has nothing or did not tell a CAS id. */
        Reply.@Nullable Found seen;

        private Copy(String store) {
            this.store = store;
        }

        void forget() {
            read = false;
            done = false;
            remembered = false;
            record = null;
            seen = null;
        }
    }

    Copy of(Holder holder) {
        return of(holder.name());
    }

    Copy of(String store) {
        for (Copy copy : known) {
            if (copy.store.equals(store)) {
                return copy;
            }
        }
        Copy copy = new Copy(store);
        known.add(copy);
        return copy;
    }

    boolean allDone(List<Holder> holders) {
        for (Holder holder : holders) {
            if (!of(holder).done) {
                return false;
            }
        }
        return true;
    }

    /** Whether it is known of each what it has. */
    boolean allRead(List<Holder> holders) {
        for (Holder holder : holders) {
            Copy copy = of(holder);
            if (!copy.read && !copy.done) {
                return false;
            }
        }
        return true;
    }

    /** What these have, joined; mostly all have the same. Empty if none has anything. */
    @SuppressWarnings("ReferenceEquality") // what is the same object need not be merged
    Optional<SessionRecord> joined(List<Holder> holders) {
        SessionRecord all = null;
        for (Holder holder : holders) {
            SessionRecord one = of(holder).record;
            if (one != null && one != all) {
                all = all == null ? one : SessionRecord.merge(all, one);
            }
        }
        return Optional.ofNullable(all);
    }

    /** A record joined with what any holder has. */
    SessionRecord joinedWith(SessionRecord ours) {
        SessionRecord all = ours;
        for (Copy copy : known) {
            all = copy.record == null ? all : SessionRecord.merge(all, copy.record);
        }
        return all;
    }
}
