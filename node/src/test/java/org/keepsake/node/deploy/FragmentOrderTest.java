package org.keepsake.node.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Servlet 6.0, section 8.2.2. */
class FragmentOrderTest {

    private final Map<String, WebDescriptor> fragments = new LinkedHashMap<>();

    private void fragment(String name, Set<String> after, Set<String> before) {
        WebDescriptor fragment = new WebDescriptor();
        fragment.name = Optional.of(name);
        fragment.order = new FragmentOrder(Optional.empty(), after, before);
        fragments.put(name + ".jar", fragment);
    }

    private List<String> sorted(String... absolute) throws DeploymentFailed {
        return FragmentOrder.sort(
                fragments,
                absolute.length == 0
                        ? FragmentOrder.UNSAID
                        : new FragmentOrder(Optional.of(List.of(absolute)), Set.of(), Set.of()));
    }

    @Test
    void keepsTheOrderOfTheNamesWhenNobodyAsksForAnother() throws Exception {
        fragment("a", Set.of(), Set.of());
        fragment("b", Set.of(), Set.of());
        assertEquals(List.of("a.jar", "b.jar"), sorted());
    }

    @Test
    void followsAfterAndBefore() throws Exception {
        fragment("a", Set.of("c"), Set.of());
        fragment("b", Set.of(), Set.of());
        fragment("c", Set.of(), Set.of("b"));
        assertEquals(List.of("c.jar", "a.jar", "b.jar"), sorted());
    }

    @Test
    void letsOneGoBeforeAllOthersAndOneAfter() throws Exception {
        fragment("a", Set.of(FragmentOrder.OTHERS), Set.of());
        fragment("b", Set.of(), Set.of());
        fragment("c", Set.of(), Set.of(FragmentOrder.OTHERS));
        assertEquals(List.of("c.jar", "b.jar", "a.jar"), sorted());
    }

    @Test
    void letsANameWeighMoreThanAllOthers() throws Exception {
        fragment("a", Set.of("b"), Set.of(FragmentOrder.OTHERS));
        fragment("b", Set.of(), Set.of());
        fragment("c", Set.of(), Set.of());
        assertEquals(List.of("b.jar", "a.jar", "c.jar"), sorted());
    }

    @Test
    void refusesACircle() {
        fragment("a", Set.of("b"), Set.of());
        fragment("b", Set.of("a"), Set.of());
        assertThrows(DeploymentFailed.class, this::sorted);
    }

    @Test
    void leavesOutWhatAnAbsoluteOrderDoesNotName() throws Exception {
        fragment("a", Set.of(), Set.of());
        fragment("b", Set.of(), Set.of());
        fragment("c", Set.of(), Set.of());
        assertEquals(List.of("c.jar", "a.jar"), sorted("c", "a"));
        assertEquals(List.of("c.jar", "b.jar", "a.jar"), sorted("c", FragmentOrder.OTHERS, "a"));
    }
}
