package org.keepsake.dist;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How the benchmarks measure: warmed up until that is compiled, several rounds, and said are the medians. */
final class Benchmark {

    static final int ROUNDS = Integer.getInteger("keepsake.benchmark.rounds", 5);

    private static final int MOST_WARM_UP = Integer.getInteger("keepsake.benchmark.warm-up", 80);

    /** What compilers may still use of a server's time. */
    private static final double COMPILED = 0.03;

    /** In so many rounds one after the other: compilers pause between the callers of what they have compiled. */
    private static final int COMPILED_ROUNDS = 8;

    private Benchmark() {}

    /** Some requests. */
    interface Round {
        void ask() throws IOException;
    }

    /** Goes round until next to nothing is left to compile. Compilers get little of busy processors, hence the pauses. */
    static void warmUp(Round round, Server... servers) throws IOException {
        int compiled = 0;
        for (int i = 0; i < MOST_WARM_UP && compiled < COMPILED_ROUNDS; i++) {
            double all = CpuTime.seconds(servers);
            double compilers = CpuTime.compilers(servers);
            round.ask();
            double share = (CpuTime.compilers(servers) - compilers) / (CpuTime.seconds(servers) - all);
            compiled = share <= COMPILED ? compiled + 1 : 0;
            CpuTime.awaitCalm(servers);
        }
    }

    static <T> double median(List<T> rounds, ToDoubleFunction<T> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** Milliseconds per 1,000 requests. */
    static double perThousand(double seconds, int requests) {
        return seconds * 1_000 / (requests / 1_000.0);
    }

    /** The words of {@code -Dkeepsake.benchmark.WHAT}, with commas between, or all of them. */
    static List<String> chosen(String what, String all) {
        return Arrays.asList(
                System.getProperty("keepsake.benchmark." + what, all).split(","));
    }

    static List<Integer> numbers(String what, String all) {
        return chosen(what, all).stream().map(Integer::valueOf).toList();
    }
}
