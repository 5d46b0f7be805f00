package org.keepsake.dist;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** Node A of a farm under the load of users whose sessions have a given size. Not thread-safe. */
final class LoadedNode implements AutoCloseable {

    private static final int REQUESTS = Integer.getInteger("keepsake.benchmark.requests", 20_000);

    private final Farm farm;

    /** Whose work besides that of the node is for the requests: the balancer before it, if there is one. */
    private final Server[] front;

    private final Load load;

    private LoadedNode(Farm farm, int size, Server asked, Server... front) throws IOException {
        this.farm = farm;
        this.front = front;
        this.load = Load.on(List.of(asked), filling(size), LoadGenerator.Habit.STAY);
    }

    /** What has so many bytes put into a new session. */
    static String filling(int size) {
        return "/rig/steps?set=n:0&fill=big:" + size;
    }

    /** @param size of what is kept in each session, in bytes */
    static LoadedNode direct(Farm farm, int size) throws IOException {
        return new LoadedNode(farm, size, farm.a());
    }

    /** Asked through a balancer, which is counted too. */
    static LoadedNode behind(Server balancer, Farm farm, int size) throws IOException {
        return new LoadedNode(farm, size, balancer, balancer);
    }

    /**
     * What a round cost.
     *
     * @param node processor time of the node, and of the balancer before it, in milliseconds per 1,000 requests
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
        Server[] servers = Stream.concat(Stream.of(farm.a()), Stream.of(front)).toArray(Server[]::new);
        Benchmark.warmUp(() -> load.ask(path, REQUESTS), servers);
    }

    /** Asks for the path as often as a round has requests. */
    Cost round(String path) throws IOException {
        double node = node();
        double stores = CpuTime.seconds(farm.m1(), farm.m2());
        StoreCounts counts = StoreCounts.of(farm.m1(), farm.m2());
        double perSecond = load.ask(path, REQUESTS);
        return new Cost(
                perThousand(node() - node),
                perThousand(CpuTime.seconds(farm.m1(), farm.m2()) - stores),
                StoreCounts.of(farm.m1(), farm.m2()).since(counts),
                perSecond);
    }

    private double node() throws IOException {
        return CpuTime.seconds(farm.a()) + CpuTime.seconds(front);
    }

    @Override
    public void close() {
        load.close();
    }

    private static double perThousand(double seconds) {
        return Benchmark.perThousand(seconds, REQUESTS);
    }
}
