package org.keepsake.node.session.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewTest {

    /** A view of stores written as {@code m1}, with {@code *} behind a failover store. */
    static View of(String... names) {
        return new View(
                1, List.of("a1"), 0, Arrays.stream(names).map(ViewTest::clean).toList());
    }

    private static StoreEntry clean(String name) {
        String plain = name.replace("*", "");
        return new StoreEntry(plain, name.endsWith("*"), plain + ":1", StoreState.CLEAN, true, true);
    }

    private static List<String> names(List<StoreEntry> entries) {
        return entries.stream().map(StoreEntry::name).toList();
    }

    private static StoreEntry entry(View view, String name) {
        return view.entry(name).orElseThrow();
    }

    @Test
    void isTheSameAfterAJourneyAsBytes() {
        View view = of("m1", "m2*").next("b2", clean("m1").in(StoreState.DOWN, ""));
        assertEquals(view, View.decode(view.encode()));
        assertEquals(
                "keepsake-view 1 2\nb2 a1\nm1 DOWN - pn\nm2 CLEAN m2:1 fpn",
                new String(view.encode(), StandardCharsets.UTF_8));
        View longer = view.keepingFor(1951);
        assertEquals(longer, View.decode(longer.encode()));
        assertTrue(longer.text().startsWith("keepsake-view 1 2 1951\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "keepsake-view 2 1\na1\nm1 CLEAN x pn",
                "keepsake-view 1 0\na1\nm1 CLEAN x pn",
                "keepsake-view 1 x\na1\nm1 CLEAN x pn",
                "keepsake-view 1 1 x\na1\nm1 CLEAN x pn",
                "keepsake-view 1 1 -5\na1\nm1 CLEAN x pn",
                "keepsake-view 1 1",
                "keepsake-view 1 1\na1",
                "keepsake-view 1 1\nz\nm1 CLEAN x pn",
                "keepsake-view 1 1\na1\nm1 CLEAN x",
                "keepsake-view 1 1\na1\nm1 GOOD x pn",
                "keepsake-view 1 1\na1\nm 1 CLEAN x pn",
                "keepsake-view 1 1\na1\nm1 CLEAN x pn\nm1 DOWN x pn"
            })
    void refusesWhatIsNoView(String text) {
        assertThrows(IllegalArgumentException.class, () -> View.decode(text));
    }

    @Test
    void placesASessionOnItsHomeAndTheNextStoreOfTheRing() {
        View view = of("m1", "m2", "m3");
        assertEquals(List.of("m1", "m2"), names(view.holders("m1")));
        assertEquals(List.of("m3", "m1"), names(view.holders("m3")));
    }

    @Test
    void takesFailoverStoresLastUnlessTheyAreTheHome() {
        View view = of("m1", "m2*", "m3");
        assertEquals(List.of("m1", "m3"), names(view.holders("m1")));
        assertEquals(List.of("m2", "m3"), names(view.holders("m2")));
        assertEquals(List.of("m2", "m1"), names(of("m1*", "m2").holders("m2")));
    }

    @Test
    void keepsTheOtherPlacesWhenOneStoreGoesOut() {
        View view = of("m1", "m2", "m3");
        View without = view.next("b2", entry(view, "m2").placed(false, false));
        assertEquals(List.of("m1", "m3"), names(without.holders("m1")));
        assertEquals(List.of("m3", "m1"), names(without.holders("m2")));
        assertEquals(List.of("m3", "m1"), names(without.holders("m3")));
    }

    @Test
    void knowsAPlaceAlsoForAHomeItNeverHeardOf() {
        assertEquals(2, of("m1", "m2", "m3").holders("elsewhere").size());
        assertEquals(
                of("m1", "m2", "m3").holders("elsewhere"), of("m1", "m2", "m3").holders("elsewhere"));
    }

    @Test
    void seesWhetherSomeSessionsWouldHaveNoHolderLeft() {
        View view = of("m1", "m2", "m3");
        View one = view.next("b2", entry(view, "m1").in(StoreState.DOWN));
        assertTrue(one.keepsAHolderOfAllOf(view));
        View two = one.next("c3", entry(view, "m2").in(StoreState.DOWN));
        assertFalse(two.keepsAHolderOfAllOf(one));
        View syncing = view.next("b2", entry(view, "m1").in(StoreState.SYNCING, "m1:2"));
        assertTrue(syncing.keepsAHolderOfAllOf(view));
    }

    @Test
    void knowsWhichViewsItComesFrom() {
        View first = of("m1", "m2");
        View second = first.next("b2", first.entries());
        View other = first.next("c2", first.entries());
        assertTrue(second.comesFrom(first) && second.comesFrom(second));
        assertFalse(first.comesFrom(second));
        assertFalse(second.comesFrom(other) || other.comesFrom(second));
        View both = second.reunion("d3", List.of(second, other), first.entries());
        assertTrue(both.comesFrom(second) && both.comesFrom(other) && both.comesFrom(first));
        assertEquals(3, both.number());
    }

    @Test
    void takesAViewLongPastForAnAncestor() {
        View view = of("m1");
        View later = view;
        List<View> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            later = later.next(Integer.toHexString(0x1000 + i), view.entries());
            all.add(later);
        }
        View last = later;
        assertTrue(last.comesFrom(view));
        assertTrue(all.stream().allMatch(last::comesFrom));
        assertFalse(view.comesFrom(last));
    }
}
