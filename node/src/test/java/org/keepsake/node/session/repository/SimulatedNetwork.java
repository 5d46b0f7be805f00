package org.keepsake.node.session.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Which process hears which. A message on a link that is cut is lost, or comes when the link is mended, as TCP sends it
 * again.
 */
final class SimulatedNetwork {

    private final Schedule schedule;
    private final Random random;
    private final Set<String> cut = new HashSet<>();
    private final Map<String, List<Runnable>> heldBack = new HashMap<>();

    SimulatedNetwork(Schedule schedule, Random random) {
        this.schedule = schedule;
        this.random = random;
    }

    /** Nothing that one sends reaches the other any more; what the other sends still does. */
    void cut(String from, String to) {
        boolean unused = cut.add(link(from, to));
    }

    void cutBothWays(String a, String b) {
        cut(a, b);
        cut(b, a);
    }

    void mend() {
        cut.clear();
        List<List<Runnable>> late = List.copyOf(heldBack.values());
        heldBack.clear();
        late.forEach(messages -> messages.forEach(message -> schedule.after(random.nextInt(200), message)));
    }

    boolean passes(String from, String to) {
        return cut.isEmpty() || !cut.contains(link(from, to));
    }

    boolean passesBothWays(String a, String b) {
        return passes(a, b) && passes(b, a);
    }

    /** Lets a message arrive, now or late or never. */
    void deliver(String from, String to, Runnable message) {
        if (passes(from, to)) {
            message.run();
        } else if (random.nextBoolean()) {
            heldBack.computeIfAbsent(link(from, to), link -> new ArrayList<>()).add(message);
        }
    }

    private static String link(String from, String to) {
        return from + ">" + to;
    }
}
