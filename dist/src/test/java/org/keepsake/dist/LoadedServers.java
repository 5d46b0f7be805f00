package org.keepsake.dist;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Servers under the load of users who are spread over those of them that are asked. Not thread-safe. */
final class LoadedServers implements AutoCloseable {

    private static final int REQUESTS = Integer.getInteger("keepsake.benchmark.requests", 10_000);

    private final Server[] counted;
    private final Load load;

    /** What is asked in each round of warming up: as much of each server, however many they are. */
    private final int warmUp;

    private final int onEachConnection;

    private LoadedServers(List<Server> asked, List<Server> others, Load load) {
        this.warmUp = REQUESTS * asked.size();
        this.onEachConnection = Load.USERS * asked.size();
        this.counted = Stream.concat(asked.stream(), others.stream()).toArray(Server[]::new);
        this.load = load;
    }

    /**
     * @param asked whom the users know
     * @param others who work for the requests as well
     * @param size of what is kept in each session, in bytes
     */
    static LoadedServers of(List<Server> asked, List<Server> others, int size, LoadGenerator.Habit habit)
            throws IOException {
        return new LoadedServers(asked, others, Load.on(asked, LoadedNode.filling(size), habit));
    }

    /** All of them asked, by users who stay where they are. */
    static LoadedServers staying(List<Server> asked, int size) throws IOException {
        return of(asked, List.of(), size, LoadGenerator.Habit.STAY);
    }

    /**
     * What a request costs.
     *
     * @param millis processor time of all servers for 1,000 requests
     * @param bytes over the loopback for one request, its own way included
     */
    record Cost(double millis, double bytes) {}

    /** Warms each up, and then asks them in turn, so that what else happens to the machine happens to all. */
    static List<Cost> compare(List<LoadedServers> all, String path) throws IOException {
        for (LoadedServers servers : all) {
            Benchmark.warmUp(() -> warmUp(servers, all, path), servers.counted);
        }
        List<List<Cost>> rounds = new ArrayList<>();
        for (int i = 0; i < Benchmark.ROUNDS; i++) {
            List<Cost> turn = new ArrayList<>();
            for (LoadedServers servers : all) {
                turn.add(servers.round(path, REQUESTS));
            }
            rounds.add(turn);
        }
        return IntStream.range(0, all.size()).mapToObj(i -> median(rounds, i)).toList();
    }

    /** The others are asked a little as well: servers end connections that are idle for minutes. */
    private static void warmUp(LoadedServers servers, List<LoadedServers> all, String path) throws IOException {
        double unused = servers.load.ask(path, servers.warmUp);
        for (LoadedServers other : all) {
            if (other != servers) {
                unused = other.load.ask(path, other.onEachConnection);
            }
        }
    }

    private static Cost median(List<List<Cost>> rounds, int servers) {
        List<Cost> costs = rounds.stream().map(round -> round.get(servers)).toList();
        return new Cost(Benchmark.median(costs, Cost::millis), Benchmark.median(costs, Cost::bytes));
    }

    private Cost round(String path, int requests) throws IOException {
        long bytes = Loopback.bytes();
        double seconds = CpuTime.seconds(counted);
        double unused = load.ask(path, requests);
        return new Cost(
                Benchmark.perThousand(CpuTime.seconds(counted) - seconds, requests),
                (double) (Loopback.bytes() - bytes) / requests);
    }

    @Override
    public void close() {
        load.close();
    }
}
