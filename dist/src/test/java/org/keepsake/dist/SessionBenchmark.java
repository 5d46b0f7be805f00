package org.keepsake.dist;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * What the session path costs: processor time of the node and its stores, and operations at the stores, for one page
 * that counts, beside the same page on the same node with {@code --session-manager=standard}.
 *
 * <p>The node is asked directly, and once more through a balancer whose work is counted too: the whole path of a request.
 * Each is warmed up until its cost has settled, then both are measured in turn, so that what else happens to the
 * machine happens to both; said are the medians. The connections are kept alive; the load comes from a process that is
 * not counted. Run it with nothing else on the machine: {@code mvn -Pbenchmark verify}, a part of it with {@code
 * -Dkeepsake.benchmark.ways=STICKY,NOT_STICKY} or {@code -Dkeepsake.benchmark.sizes=200}.
 */
@Alone
class SessionBenchmark {

    private static final List<Integer> SIZES = Benchmark.numbers("sizes", "200,2000,20000");
    private static final List<Way> WAYS =
            Benchmark.chosen("ways", "STICKY,NOT_STICKY,LOCKING,STICKY_TEXT,NOT_STICKY_TEXT").stream()
                    .map(Way::valueOf)
                    .toList();
    private static final String READ = "/rig/count?peek";
    private static final String CHANGE = "/rig/count";

    /** How a node keeps the sessions whose cost is compared with that of the heap alone. */
    private enum Way {
        STICKY("sticky", "--sticky"),
        NOT_STICKY("not sticky", "--no-sticky"),
        LOCKING("not sticky, locking all", "--no-sticky --locking-mode=all"),
        STICKY_TEXT("sticky, text protocol", "--sticky --memcached-protocol=text"),
        NOT_STICKY_TEXT("not sticky, text protocol", "--no-sticky --memcached-protocol=text");

        private final String title;
        private final String options;

        Way(String title, String options) {
            this.title = title;
            this.options = options;
        }
    }

    @Test
    void measuresTheSessionPath() throws Exception {
        Figures.say(
                "CPU ms per 1,000 requests, node + stores; keys read, stored and touched per request at both stores");
        try (Farm heap = Farm.lone(
                "SessionBenchmark.STANDARD",
                Setup.OUR_STORES,
                "--session-manager=standard",
                "--session-directory=none")) {
            Server balancer = heap.balancer();
            for (Setup setup : List.of(Setup.OUR_STORES, Setup.MEMCACHED)) {
                for (Way way : WAYS) {
                    measure(heap, balancer, setup, way);
                }
            }
        }
    }

    /** @param balancer before the node with sessions in the heap alone, for all its measurements */
    private static void measure(Farm heap, Server balancer, Setup setup, Way way) throws Exception {
        try (Farm farm = Farm.lone("SessionBenchmark." + way, setup, options(way))) {
            for (int size : SIZES) {
                try (LoadedNode standard = LoadedNode.direct(heap, size);
                        LoadedNode node = LoadedNode.direct(farm, size)) {
                    compare(what(setup, way, size, "read"), standard, node, READ);
                    compare(what(setup, way, size, "change"), standard, node, CHANGE);
                }
            }
            int least = SIZES.get(0);
            try (LoadedNode standard = LoadedNode.behind(balancer, heap, least);
                    LoadedNode node = LoadedNode.behind(farm.balancer(), farm, least)) {
                compare(what(setup, way, least, "change, with balancer"), standard, node, CHANGE);
            }
        }
    }

    private static String what(Setup setup, Way way, int size, String what) {
        return String.format(Locale.ROOT, "%-25s %-10s %,6d B %-21s", way.title, setup, size, what);
    }

    private static void compare(String what, LoadedNode standard, LoadedNode node, String path) throws IOException {
        standard.warmUp(path);
        node.warmUp(path);
        List<LoadedNode.Cost> heap = new ArrayList<>();
        List<LoadedNode.Cost> kept = new ArrayList<>();
        for (int i = 0; i < Benchmark.ROUNDS; i++) {
            heap.add(standard.round(path));
            kept.add(node.round(path));
        }
        double base = Benchmark.median(heap, LoadedNode.Cost::node);
        double cost = Benchmark.median(kept, LoadedNode.Cost::all);
        Figures.say(String.format(
                Locale.ROOT,
                "%s  %4.0f + %3.0f ms  %.2f x standard (%.0f ms)  %.2f read %.2f stored %.2f touched  %,6.0f/s",
                what,
                Benchmark.median(kept, LoadedNode.Cost::node),
                Benchmark.median(kept, LoadedNode.Cost::stores),
                cost / base,
                base,
                Benchmark.median(kept, round -> round.perRequest(round.counts().gets())),
                Benchmark.median(kept, round -> round.perRequest(round.counts().sets())),
                Benchmark.median(kept, round -> round.perRequest(round.counts().touches())),
                Benchmark.median(kept, LoadedNode.Cost::perSecond)));
    }

    private static String[] options(Way way) {
        return (way.options + " " + System.getProperty("keepsake.benchmark.options", ""))
                .strip()
                .split(" +", -1);
    }
}
