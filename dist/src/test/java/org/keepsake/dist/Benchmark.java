package org.keepsake.dist;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How the benchmarks measure: warmed up until that costs no less, several rounds, and said are the medians. */
final class Benchmark {

    static final int ROUNDS = Integer.getInteger("keepsake.benchmark.rounds", 5);

    /** The compiler is done when rounds get no cheaper, or when this many were not enough. */
    private static final int MOST_WARM_UP = Integer.getInteger("keepsake.benchmark.warm-up", 25);

    private static final int LEAST_WARM_UP = Math.min(8, MOST_WARM_UP);
    private static final int COMPARED = 4;
    private static final double SETTLED = 0.03;

    private Benchmark() {}

    /** Some requests, and what they cost. */
    interface Round {
        double cost() throws IOException;
    }

    /** Goes round until that costs what it will go on to cost. */
    static void warmUp(Round round) throws IOException {
        List<Double> costs = new ArrayList<>();
        while (costs.size() < MOST_WARM_UP && (costs.size() < LEAST_WARM_UP || isGettingCheaper(costs))) {
            costs.add(round.cost());
        }
    }

    /** Whether the best of the last rounds is better than that of those before: single ones vary by as much. */
    private static boolean isGettingCheaper(List<Double> costs) {
        int last = costs.size() - COMPARED;
        double now = Collections.min(costs.subList(last, costs.size()));
        return now < Collections.min(costs.subList(last - COMPARED, last)) * (1 - SETTLED);
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
