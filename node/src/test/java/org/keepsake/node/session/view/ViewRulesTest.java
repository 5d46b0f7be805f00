package org.keepsake.node.session.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ViewRulesTest {

    private View view = ViewTest.of("m1", "m2");
    private final Map<String, String> reachOfA = new HashMap<>(Map.of("m1", "m1:1", "m2", "m2:1"));
    private final Map<String, String> reachOfB = new HashMap<>(reachOfA);
    private final Set<String> lost = new HashSet<>();
    private final Set<String> away = new HashSet<>();
    private final Set<String> failover = new HashSet<>();
    private boolean copied;
    private long recovered;
    private int longest;
    private List<View> views = List.of();

    private Optional<ViewRules.Proposal> next() {
        List<Report> reports = List.of(report("A", reachOfA), report("B", reachOfB));
        return new ViewRules(
                        view,
                        new Facts(reports, views),
                        lost::contains,
                        away::contains,
                        copied,
                        longest,
                        failover,
                        () -> "b2")
                .next();
    }

    private Report report(String node, Map<String, String> reach) {
        return new Report(node, true, false, new Progress(0, recovered, 0, 0, 0), reach, Optional.of(view));
    }

    private String states() {
        return next().map(proposal -> proposal.next().toString()).orElse("none");
    }

    private void reach(String store, String life) {
        reachOfA.put(store, life);
        reachOfB.put(store, life);
    }

    private void goOn() {
        view = next().orElseThrow().next();
    }

    @Test
    void nothingChangesWhileAllIsWell() {
        assertEquals("none", states());
    }

    @Test
    void leavesOutAStoreThatNobodyReaches() {
        reach("m1", "");
        assertEquals("none", states(), "it may be a blip");
        lost.add("m1");
        assertEquals("view 2: m1 DOWN, m2 CLEAN", states());
        assertEquals(Set.of("m1"), next().orElseThrow().unreached());
    }

    @Test
    void keepsAStoreThatOneNodeStillReaches() {
        reachOfA.put("m1", "");
        lost.add("m1");
        assertEquals("none", states());
    }

    @Test
    void neverLeavesOutTheLastStore() {
        reach("m1", "");
        reach("m2", "");
        lost.addAll(Set.of("m1", "m2"));
        away.addAll(lost);
        assertEquals("none", states());
    }

    @Test
    void fillsAStoreThatCameBackBeforeItIsBelieved() {
        reach("m1", "");
        lost.add("m1");
        goOn();
        reach("m1", "m1:1");
        assertEquals("view 3: m1 SYNCING, m2 CLEAN", states());
        goOn();
        lost.clear();
        assertEquals("none", states());
        copied = true;
        assertEquals("view 4: m1 CLEAN, m2 CLEAN", states());
    }

    @Test
    void fillsAStoreThatWasRestartedBeforeAnybodyMissedIt() {
        reach("m1", "m1:2");
        assertEquals("view 2: m1 SYNCING, m2 CLEAN", states());
    }

    @Test
    void stopsFillingAStoreThatOneNodeCannotReach() {
        reach("m1", "m1:2");
        goOn();
        reachOfB.put("m1", "");
        lost.add("m1");
        assertEquals("view 3: m1 DOWN, m2 CLEAN", states());
    }

    @Test
    void takesInNoStoreThatOneNodeCannotReach() {
        reachOfA.put("m3", "m3:1");
        reachOfB.put("m3", "");
        assertEquals("none", states());
        reachOfB.put("m3", "m3:1");
        assertEquals("view 2: m1 CLEAN, m2 CLEAN, m3 CLEAN (comes in)", states());
    }

    @Test
    void waitsForTheOnlyStoreThatHasEverything() {
        reach("m1", "m1:2");
        reach("m2", "");
        lost.add("m2");
        assertEquals("none", states());
        away.add("m2");
        assertEquals("view 2: m1 SYNCING, m2 DOWN", states());
    }

    @Test
    void putsTogetherWhatThereIsWhenAllStoresCameBackEmpty() {
        reach("m1", "m1:2");
        reach("m2", "m2:2");
        assertEquals("view 2: m1 SYNCING, m2 SYNCING", states());
        goOn();
        copied = true;
        assertEquals("none", states(), "the nodes have not told what is in their heaps");
        recovered = 2;
        assertEquals("view 3: m1 CLEAN, m2 CLEAN", states());
    }

    @Test
    void putsTogetherWhatTwoPartsOfAClusterDid() {
        View ours = view.next("b2", view.entry("m1").orElseThrow().in(StoreState.DOWN));
        View theirs = view.next("c2", view.entry("m2").orElseThrow().in(StoreState.DOWN));
        view = ours;
        views = List.of(ours, theirs);
        assertEquals("view 3: m1 SYNCING, m2 SYNCING", states());
    }

    @Test
    void remembersForHowLongSessionsAreKept() {
        longest = 1951;
        goOn();
        assertEquals(1951, view.longest());
        assertEquals("none", states());
        longest = 0;
        reach("m1", "m1:2");
        goOn();
        assertEquals(1951, view.longest(), "nobody has seen such a session since");
        longest = 2000;
        goOn();
        assertEquals(2000, view.longest());
        assertEquals("view 4: m1 SYNCING, m2 CLEAN", view.toString());
    }

    @Test
    void replacesAStoreThatStaysAwayIfThereIsAnother() {
        view = ViewTest.of("m1", "m2", "m3");
        reach("m3", "m3:1");
        reach("m2", "");
        lost.add("m2");
        goOn();
        assertEquals("none", states());
        away.add("m2");
        assertEquals("view 3: m1 CLEAN, m2 DOWN (goes out), m3 CLEAN", states());
        goOn();
        copied = true;
        goOn();
        assertEquals("view 4: m1 CLEAN, m2 DOWN, m3 CLEAN", view.toString());
        copied = false;
        reach("m2", "m2:2");
        assertEquals("view 5: m1 CLEAN, m2 CLEAN (comes in), m3 CLEAN", states());
    }

    @Test
    void doesNotReplaceOneOfTwo() {
        reach("m2", "");
        lost.add("m2");
        goOn();
        away.add("m2");
        assertEquals("none", states());
    }

    @Test
    void forgetsTheCopiesOfAStoreThatNobodyIsToUseAnyMore() {
        reachOfA.remove("m2");
        reachOfB.remove("m2");
        lost.add("m2");
        goOn();
        assertEquals("view 3: m1 CLEAN, m2 DOWN (goes out)", states());
    }
}
