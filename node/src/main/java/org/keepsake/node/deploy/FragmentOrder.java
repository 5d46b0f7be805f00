package org.keepsake.node.deploy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * In what order fragments are merged (Servlet 6.0, section 8.2.2).
 *
 * @param absolute the order {@code web.xml} prescribes, if it does
 * @param after fragments this one follows
 * @param before fragments this one precedes
 */
record FragmentOrder(Optional<List<String>> absolute, Set<String> after, Set<String> before) {

    /** Stands in a list of names for every fragment that is not named there. */
    static final String OTHERS = "<others/>";

    static final FragmentOrder UNSAID = new FragmentOrder(Optional.empty(), Set.of(), Set.of());

    /**
     * Puts fragments in order.
     *
     * @param fragments by the name of the JAR file they came in
     * @param order what {@code web.xml} says
     * @return the JAR files in order; with an absolute order without {@code <others/>}, those not named are left out
     */
    static List<String> sort(Map<String, WebDescriptor> fragments, FragmentOrder order) throws DeploymentFailed {
        Map<String, String> jarByName = new LinkedHashMap<>();
        fragments.forEach((jar, fragment) -> jarByName.putIfAbsent(fragment.name.orElse(jar), jar));
        if (order.absolute.isPresent()) {
            return absolute(order.absolute.get(), fragments, jarByName);
        }
        return relative(fragments, jarByName);
    }

    private static List<String> absolute(
            List<String> names, Map<String, WebDescriptor> fragments, Map<String, String> jarByName) {
        List<String> sorted = new ArrayList<>();
        for (String name : names) {
            if (name.equals(OTHERS)) {
                fragments.forEach((jar, fragment) -> {
                    if (fragment.name.isEmpty() || !names.contains(fragment.name.get())) {
                        sorted.add(jar);
                    }
                });
            } else if (jarByName.containsKey(name)) {
                sorted.add(jarByName.get(name));
            }
        }
        return sorted;
    }

    /** Takes, again and again, the first fragment that nothing left has to precede. */
    private static List<String> relative(Map<String, WebDescriptor> fragments, Map<String, String> jarByName)
            throws DeploymentFailed {
        Map<String, Set<String>> predecessors = predecessors(fragments, jarByName);
        List<String> sorted = new ArrayList<>();
        while (!predecessors.isEmpty()) {
            Optional<String> next = predecessors.entrySet().stream()
                    .filter(entry -> entry.getValue().stream().noneMatch(predecessors::containsKey))
                    .map(Map.Entry::getKey)
                    .findFirst();
            if (next.isEmpty()) {
                throw new DeploymentFailed("web fragments want to precede each other: " + predecessors.keySet());
            }
            predecessors.remove(next.get());
            sorted.add(next.get());
        }
        return sorted;
    }

    private static Map<String, Set<String>> predecessors(
            Map<String, WebDescriptor> fragments, Map<String, String> jarByName) {
        Set<String> first = saying(fragments, fragment -> fragment.order.before.contains(OTHERS));
        Set<String> last = saying(fragments, fragment -> fragment.order.after.contains(OTHERS));
        Map<String, Set<String>> predecessors = new LinkedHashMap<>();
        fragments.keySet().forEach(jar -> predecessors.put(jar, new LinkedHashSet<>()));
        fragments.forEach((jar, fragment) -> {
            jars(fragment.order.after, jarByName).forEach(leader -> precede(predecessors, leader, jar));
            jars(fragment.order.before, jarByName).forEach(follower -> precede(predecessors, jar, follower));
        });
        // What is said of all others gives way to what is said by name.
        for (String jar : fragments.keySet()) {
            if (!first.contains(jar)) {
                first.stream()
                        .filter(leader -> !precedes(predecessors, jar, leader))
                        .forEach(leader -> precede(predecessors, leader, jar));
            }
            if (!last.contains(jar)) {
                last.stream()
                        .filter(follower -> !precedes(predecessors, follower, jar))
                        .forEach(follower -> precede(predecessors, jar, follower));
            }
        }
        return predecessors;
    }

    private static void precede(Map<String, Set<String>> predecessors, String leader, String follower) {
        if (!leader.equals(follower)) {
            predecessors.computeIfAbsent(follower, jar -> new LinkedHashSet<>()).add(leader);
        }
    }

    private static boolean precedes(Map<String, Set<String>> predecessors, String leader, String follower) {
        return predecessors.getOrDefault(follower, Set.of()).contains(leader);
    }

    private static Set<String> saying(Map<String, WebDescriptor> fragments, Predicate<WebDescriptor> what) {
        Set<String> jars = new LinkedHashSet<>();
        fragments.forEach((jar, fragment) -> {
            if (what.test(fragment)) {
                jars.add(jar);
            }
        });
        return jars;
    }

    private static List<String> jars(Set<String> names, Map<String, String> jarByName) {
        return names.stream().filter(jarByName::containsKey).map(jarByName::get).toList();
    }
}
