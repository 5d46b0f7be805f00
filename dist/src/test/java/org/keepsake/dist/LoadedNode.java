package org.keepsake.dist;

import java.io.IOException;

/** Node A of a farm under the load of users whose sessions have a given size. Not thread-safe. */
final class LoadedNode implements AutoCloseable {

    private static final int REQUESTS = Integer.getInteger("keepsake.benchmark.requests", 20_000);

    /** The compiler is done when a round costs as much as the one before, or when this many were not enough. */
    private static final int MOST_WARM_UP = 15;

    private static final int LEAST_WARM_UP = 3;
    private static final double SETTLED = 0.03;

    private final Farm farm;
    private final Load load;

    /** @param size of what is kept in each session, in bytes */
    LoadedNode(Farm farm, int size) throws IOException {
        this.farm = farm;
        this.load = Load.on(farm.a(), "/rig/steps?set=n:0&fill=big:" + size);
    }

    /**
     * What a round cost.
     *
     * @param node processor time of the node, in milliseconds per 1,000 requests
     * @param stores the same of both stores together
     * @param counts what the stores were asked in the round
     */
    record Cost(double node, double stores, StoreCounts counts, double perSecond) {

        double all() {
            return node + stores;
        }

        double perRequest(long count) {
            return (double) count / REQUESTS;
        }
    }

    /** Asks until that costs what it will go on to cost. */
    void warmUp(String path) throws IOException {
        double before = 0;
        for (int i = 0; i < MOST_WARM_UP; i++) {
            double now = round(path).all();
            if (i >= LEAST_WARM_UP && Math.abs(now - before) < SETTLED * before) {
                return;
            }
            before = now;
        }
    }

    /** Asks for the path as often as a round has requests. */
    Cost round(String path) throws IOException {
        double node = CpuTime.seconds(farm.a());
        double stores = CpuTime.seconds(farm.m1(), farm.m2());
        StoreCounts counts = StoreCounts.of(farm.m1(), farm.m2());
        double perSecond = load.ask(path, REQUESTS);
        return new Cost(
                perThousand(CpuTime.seconds(farm.a()) - node),
                perThousand(CpuTime.seconds(farm.m1(), farm.m2()) - stores),
                StoreCounts.of(farm.m1(), farm.m2()).since(counts),
                perSecond);
    }

    @Override
    public void close() {
        load.close();
    }

    private static double perThousand(double seconds) {
        return seconds * 1_000 / (REQUESTS / 1_000.0);
    }
}
