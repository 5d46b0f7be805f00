package org.keepsake.launcher;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keepsake.node.memcached.MemcachedNode;

/**
 * A list of stores that an operator named while nodes were running, and its place among all such lists: of two lists the
 * greater one counts, on every node, in whatever order they are heard of. Immutable.
 *
 * <p>As text: a line {@code NUMBER BY}, then the list as {@link StoreList} writes it.
 *
 * @param number 0 while nothing was named since the start of the cluster; else one more than the one it replaces
 * @param by the node at which it was named, "" with number 0; decides between two that were named at once
 * @param nodes in ring order, empty with number 0
 */
record NamedStores(long number, String by, List<MemcachedNode> nodes) implements Comparable<NamedStores> {

    /** Nobody named any. */
    static final NamedStores NONE = new NamedStores(0, "", List.of());

    private static final Pattern TEXT = Pattern.compile("(\\d{1,18}) ([A-Za-z0-9_]{0,64})\n(.*)");
    private static final Comparator<NamedStores> ORDER =
            Comparator.comparingLong(NamedStores::number).thenComparing(NamedStores::by);

    NamedStores {
        nodes = List.copyOf(nodes);
    }

    /** What is named instead, at this node. */
    NamedStores next(String atNode, List<MemcachedNode> others) {
        return new NamedStores(number + 1, atNode, others);
    }

    String encode() {
        return number + " " + by + "\n" + StoreList.text(nodes);
    }

    /** @throws IllegalArgumentException when the text is none, or the list in it cannot be */
    static NamedStores decode(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("a list of stores in a form that is not known here");
        }
        long number = Long.parseLong(parts.group(1));
        return number == 0 ? NONE : new NamedStores(number, parts.group(2), StoreList.parse(parts.group(3)));
    }

    @Override
    public int compareTo(NamedStores other) {
        return ORDER.compare(this, other);
    }
}
