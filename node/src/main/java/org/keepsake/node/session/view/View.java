package org.keepsake.node.session.view;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the stores say of themselves, numbered and replaced whole. Immutable.
 *
 * <p>Every store that was ever known has an entry and keeps its place, because the place says where the second copies of
 * its sessions are: the order of the entries is the ring. Each store keeps the view under {@link #KEY}; a new one is
 * decided by {@code cas} on every store that is CLEAN before and after, so whoever believes a CLEAN store of one view
 * finds the next one there.
 *
 * <p>As bytes it is UTF-8 text: {@code keepsake-view 1 NUMBER LONGEST}, a line with the lineage, then one line for each
 * entry; LONGEST is left out while it is 0.
 *
 * @param number grows with each view; at least 1
 * @param lineage random ids of this view and the ones before it, the newest first, at most {@link #REMEMBERED}: two views
 *     of which neither comes from the other were made by parts of a cluster that did not see each other
 * @param longest for how many seconds stores keep any session after its last use, as far as is known; 0 where nobody
 *     needs to know it, {@link #FOREVER} if one may be kept for ever
 * @param entries at most {@link #MOST_STORES}, each name once
 */
record View(long number, List<String> lineage, int longest, List<StoreEntry> entries) {

    /** Under which a store keeps the view. */
    static final String KEY = "v";

    static final int MOST_STORES = 64;

    static final int FOREVER = Integer.MAX_VALUE;

    private static final int REMEMBERED = 20;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{1,16}");
    private static final int COPIES = 2;
    private static final String HEAD = "keepsake-view 1 ";
    private static final int LONGEST = 32 * 1024;

    View {
        entries = List.copyOf(entries);
        lineage = List.copyOf(lineage.subList(0, Math.min(REMEMBERED, lineage.size())));
        if (lineage.isEmpty() || !lineage.stream().allMatch(id -> ID.matcher(id).matches())) {
            throw new IllegalArgumentException("view " + number + ": its lineage cannot be told");
        }
        if (number < 1 || entries.isEmpty() || entries.size() > MOST_STORES) {
            throw new IllegalArgumentException("view " + number + " of " + entries.size() + " stores: cannot be");
        }
        if (longest < 0) {
            throw new IllegalArgumentException("view " + number + ": has sessions kept for " + longest + " s");
        }
        Set<String> names = new HashSet<>();
        for (StoreEntry entry : entries) {
            if (!names.add(entry.name())) {
                throw new IllegalArgumentException("view " + number + ": names store " + entry.name() + " twice");
            }
        }
    }

    Optional<StoreEntry> entry(String store) {
        return entries.stream().filter(entry -> entry.name().equals(store)).findFirst();
    }

    /** Whether answers of this life of the store may be believed. */
    boolean isClean(String store, String incarnation) {
        return entry(store).filter(entry -> entry.isCleanIn(incarnation)).isPresent();
    }

    /** No store is believed: what all of them and all nodes have is being put together. */
    boolean isRecovering() {
        return entries.stream().noneMatch(StoreEntry::isClean);
    }

    /** Whether records are to be copied before the next view. */
    boolean isUnsettled() {
        return entries.stream().anyMatch(e -> e.state() == StoreState.SYNCING || e.placed() != e.next());
    }

    /** Whether sessions are to be placed on other stores than now. */
    boolean isMoving() {
        return entries.stream().anyMatch(entry -> entry.placed() != entry.next());
    }

    /** The stores that hold the sessions of this home store, the home first; some may be DOWN. */
    List<StoreEntry> holders(String home) {
        return holders(home, StoreEntry::placed);
    }

    /** The stores that are to hold the sessions of this home store. */
    List<StoreEntry> nextHolders(String home) {
        return holders(home, StoreEntry::next);
    }

    private List<StoreEntry> holders(String home, Predicate<StoreEntry> placed) {
        return ring(home).stream().filter(placed).limit(COPIES).toList();
    }

    /** All stores from the home on, failover stores after all others; an unknown home has a place all the same. */
    private List<StoreEntry> ring(String home) {
        int start = Math.floorMod(home.hashCode(), entries.size());
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).name().equals(home)) {
                start = i;
            }
        }
        List<StoreEntry> ring = new ArrayList<>();
        List<StoreEntry> last = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            StoreEntry entry = entries.get((start + i) % entries.size());
            (entry.failover() && !entry.name().equals(home) ? last : ring).add(entry);
        }
        ring.addAll(last);
        return ring;
    }

    /** Whether all sessions that had a CLEAN holder in the other view still have one of those. */
    boolean keepsAHolderOfAllOf(View other) {
        return other.entries.stream().allMatch(home -> {
            List<StoreEntry> clean = other.holders(home.name()).stream()
                    .filter(StoreEntry::isClean)
                    .toList();
            return clean.isEmpty() || clean.stream().anyMatch(entry -> isClean(entry.name(), entry.incarnation()));
        });
    }

    /** The view that follows this one. */
    View next(String id, List<StoreEntry> changed) {
        List<String> ids = new ArrayList<>(lineage);
        ids.add(0, id);
        return new View(number + 1, ids, longest, changed);
    }

    /** The view that follows this one, with one entry changed. */
    View next(String id, StoreEntry changed) {
        return next(
                id,
                entries.stream()
                        .map(e -> e.name().equals(changed.name()) ? changed : e)
                        .toList());
    }

    /** This view, if stores keep sessions for at least so many seconds after their last use. */
    View keepingFor(int seconds) {
        return new View(number, lineage, Math.max(longest, seconds), entries);
    }

    /** The view that follows this one and puts an end to others that do not come from it. */
    View reunion(String id, List<View> others, List<StoreEntry> changed) {
        List<String> ids = new ArrayList<>();
        ids.add(id);
        ids.add(this.id());
        long highest = number;
        int most = longest;
        for (View other : others) {
            highest = Math.max(highest, other.number);
            most = Math.max(most, other.longest);
            if (!ids.contains(other.id())) {
                ids.add(other.id());
            }
        }
        ids.addAll(lineage.subList(1, lineage.size()));
        return new View(highest + 1, ids, most, changed);
    }

    private String id() {
        return lineage.get(0);
    }

    /** Whether this view is the other one or came from it, as far as the lineage reaches. */
    boolean comesFrom(View other) {
        return lineage.contains(other.id()) || number - other.number >= REMEMBERED;
    }

    byte[] encode() {
        return text().getBytes(StandardCharsets.UTF_8);
    }

    String text() {
        return HEAD + number + (longest == 0 ? "" : " " + longest) + "\n" + String.join(" ", lineage) + "\n"
                + entries.stream().map(StoreEntry::encode).collect(Collectors.joining("\n"));
    }

    /** @throws IllegalArgumentException if the bytes are no view this version can read */
    static View decode(byte[] bytes) {
        return decode(new String(bytes, StandardCharsets.UTF_8));
    }

    /** @throws IllegalArgumentException if the text is no view this version can read */
    static View decode(String text) {
        if (text.length() > LONGEST || !text.startsWith(HEAD)) {
            throw new IllegalArgumentException("a view that does not begin with \"" + HEAD + "\"");
        }
        List<String> lines = text.lines().toList();
        if (lines.size() < 2) {
            throw new IllegalArgumentException("a view of " + lines.size() + " lines");
        }
        String[] numbers = lines.get(0).substring(HEAD.length()).split(" ", 2);
        return new View(
                Long.parseLong(numbers[0]),
                List.of(lines.get(1).split(" ")),
                numbers.length == 1 ? 0 : Integer.parseInt(numbers[1]),
                lines.stream().skip(2).map(StoreEntry::decode).toList());
    }

    @Override
    public String toString() {
        return "view " + number + ": "
                + entries.stream().map(StoreEntry::toString).collect(Collectors.joining(", "));
    }
}
