package org.keepsake.node.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.record.Stamp;

/**
 * What became of one attribute between two records of a session.
 *
 * @param before null if there was none
 * @param after null if there is none any more
 */
record AttributeChange(
        String name, @Nullable Attribute before, @Nullable Attribute after) {

    /**
     * The attributes that another write set or removed, in the order of their names; all of them when the session ended. One
     * that goes on under another id loses nothing here.
     *
     * @param before null for a session that begins
     * @param ours whether a writer is this node, whose own changes are left out
     */
    static List<AttributeChange> between(@Nullable SessionRecord before, SessionRecord after, LongPredicate ours) {
        if (after.isTombstone()
                && (after.isMoved() || ours.test(after.maxInactiveStamp().writer()))) {
            return List.of();
        }
        Set<String> names = new TreeSet<>(after.attributes().keySet());
        if (before != null) {
            names.addAll(before.attributes().keySet());
        }
        List<AttributeChange> changes = new ArrayList<>();
        for (String name : names) {
            AttributeChange change = new AttributeChange(name, there(before, name), there(after, name));
            boolean same = before != null && before.stampOf(name).equals(after.stampOf(name));
            boolean nothing = change.before == null && change.after == null;
            if (!same && !nothing && !isOurs(after.stampOf(name), ours)) {
                changes.add(change);
            }
        }
        return changes;
    }

    private static boolean isOurs(Stamp stamp, LongPredicate ours) {
        return !stamp.equals(Stamp.NONE) && ours.test(stamp.writer());
    }

    private static @Nullable Attribute there(@Nullable SessionRecord session, String name) {
        Attribute attribute = session == null ? null : session.attributes().get(name);
        return attribute == null || attribute.isRemoved() ? null : attribute;
    }
}
