package org.keepsake.dist;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the session path costs: processor time of the node and its stores, and operations at the stores, for one page
 * that counts, beside the same page on the same node with {@code --session-manager=standard}.
 *
 * <p>One after the other, each warm, on connections that are kept alive; the load comes from a process that is not
 * counted. Run it with nothing else on the machine: {@code mvn -Pbenchmark verify}.
 */
class SessionBenchmark {

    private static final int WARM_UP = Integer.getInteger("keepsake.benchmark.warm-up", 20_000);
    private static final int REQUESTS = Integer.getInteger("keepsake.benchmark.requests", 20_000);
    private static final List<Integer> SIZES = List.of(200, 2_000, 20_000);
    private static final String READ = "/rig/count?peek";
    private static final String CHANGE = "/rig/count";

    /** How a node keeps its sessions; the standard one comes first, the others are compared with it. */
    private enum Way {
        STANDARD("standard", "--session-manager=standard"),
        STICKY("sticky", "--sticky"),
        NOT_STICKY("not sticky", "--no-sticky"),
        LOCKING("not sticky, locking all", "--no-sticky --locking-mode=all");

        private final String title;
        private final String options;

        Way(String title, String options) {
            this.title = title;
            this.options = options;
        }
    }

    /** Processor seconds of the node and of the stores, and the stores' counts, up to a moment. */
    private record Spent(double node, double stores, StoreCounts counts) {

        static Spent by(Farm farm) throws IOException {
            return new Spent(
                    CpuTime.seconds(farm.a()),
                    CpuTime.seconds(farm.m1(), farm.m2()),
                    StoreCounts.of(farm.m1(), farm.m2()));
        }

        Spent since(Spent before) {
            return new Spent(node - before.node, stores - before.stores, counts.since(before.counts));
        }
    }

    private final Map<String, Double> standard = new HashMap<>();

    @Test
    void measuresTheSessionPath() throws Exception {
        Figures.say(
                "CPU ms per 1,000 requests, node + stores; keys read, stored and touched per request at both stores");
        for (Setup setup : List.of(Setup.OUR_STORES, Setup.MEMCACHED)) {
            for (Way way : Way.values()) {
                if (way != Way.STANDARD || standard.isEmpty()) {
                    measure(setup, way);
                }
            }
        }
    }

    private void measure(Setup setup, Way way) throws Exception {
        try (Farm farm = Farm.lone("SessionBenchmark." + way, setup, options(way))) {
            for (int size : SIZES) {
                try (Load load = Load.on(farm.a(), "/rig/steps?set=n:0&fill=big:" + size)) {
                    measure(farm, setup, way, load, size);
                }
            }
        }
    }

    private void measure(Farm farm, Setup setup, Way way, Load load, int size) throws IOException {
        for (String path : List.of(READ, CHANGE)) {
            double unused = load.ask(path, WARM_UP);
            Spent before = Spent.by(farm);
            double perSecond = load.ask(path, REQUESTS);
            say(setup, way, size, path, Spent.by(farm).since(before), perSecond);
        }
    }

    private void say(Setup setup, Way way, int size, String path, Spent spent, double perSecond) {
        String what = String.format(Locale.ROOT, "%,6d B %-6s", size, path.equals(READ) ? "read" : "change");
        double thousands = REQUESTS / 1_000.0;
        double node = spent.node() * 1_000 / thousands;
        double stores = spent.stores() * 1_000 / thousands;
        double sum = way == Way.STANDARD ? node : node + stores;
        double base = standard.computeIfAbsent(what, first -> sum);
        Figures.say(String.format(
                Locale.ROOT,
                "%-24s %-10s %s  %4.0f + %3.0f ms  %.2f x standard  %.2f read %.2f stored %.2f touched  %,6.0f/s",
                way.title,
                way == Way.STANDARD ? "heap" : setup,
                what,
                node,
                stores,
                sum / base,
                (double) spent.counts().gets() / REQUESTS,
                (double) spent.counts().sets() / REQUESTS,
                (double) spent.counts().touches() / REQUESTS,
                perSecond));
    }

    private static String[] options(Way way) {
        return (way.options + " " + System.getProperty("keepsake.benchmark.options", ""))
                .strip()
                .split(" +", -1);
    }
}
