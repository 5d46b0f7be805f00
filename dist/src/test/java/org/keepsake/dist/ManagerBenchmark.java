package org.keepsake.dist;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * What the session managers cost, beside Tomcat's and beside each other, as tables in Markdown.
 *
 * <p>Run it with nothing else on the machine: {@code mvn -Pbenchmark verify -Dit.test=ManagerBenchmark}; one table alone
 * with {@code -Dit.test=ManagerBenchmark#againstTomcat} or {@code #whichManagerForWhom}. What is measured can be chosen:
 * {@code -Dkeepsake.benchmark.managers=delta,backup}, {@code -Dkeepsake.benchmark.nodes=2,3,4,8}, {@code
 * -Dkeepsake.benchmark.sessions=10000}, {@code -Dkeepsake.benchmark.sizes=200}. For a quick look whether it works at all:
 * {@code -Dkeepsake.benchmark.requests=2000 -Dkeepsake.benchmark.rounds=1 -Dkeepsake.benchmark.warm-up=2}.
 */
@Alone
class ManagerBenchmark {

    private static final List<String> MANAGERS =
            Benchmark.chosen("managers", "standard,memcached,delta,delta-async,backup,persistent");
    private static final List<Integer> NODES = Benchmark.numbers("nodes", "2,4");
    private static final List<Integer> SESSIONS = Benchmark.numbers("sessions", "10000,100000");
    private static final List<Integer> SIZES = Benchmark.numbers("sizes", "200,2000");

    /** What is kept in the sessions of the second table, in bytes. */
    private static final int SMALL = 200;

    private static final String READ = "/rig/count?peek";
    private static final String CHANGE = "/rig/count";

    @Test
    void againstTomcat() throws Exception {
        Figures.say("CPU ms per 1,000 requests, two nodes, each user on one of them; responses that wait for the other"
                + " node (Tomcat: channelSendOptions and mapSendOptions 6) and such that do not (--replication=async,"
                + " Tomcat: channelSendOptions 8)");
        Figures.head("manager", "session", "page", "Keepsake", "Tomcat", "ratio");
        if (MANAGERS.contains("delta")) {
            compare(SessionManager.DELTA, "DeltaManager", Tomcats.Sending.SYNCHRONOUS);
        }
        if (MANAGERS.contains("delta-async")) {
            compare(SessionManager.DELTA_ASYNC, "DeltaManager", Tomcats.Sending.ASYNCHRONOUS);
        }
        if (MANAGERS.contains("backup")) {
            compare(SessionManager.BACKUP, "BackupManager", Tomcats.Sending.SYNCHRONOUS);
        }
    }

    private static void compare(SessionManager ours, String theirs, Tomcats.Sending sending) throws Exception {
        String name = "ManagerBenchmark.tomcat." + ours;
        try (Cluster keepsake = ours.open(Site.roomy(name), 2, true);
                Tomcats tomcats = Tomcats.open(Site.roomy(name + ".peer"), theirs, sending)) {
            for (int size : SIZES) {
                try (LoadedServers first = LoadedServers.staying(keepsake.nodes(), size);
                        LoadedServers second = LoadedServers.staying(tomcats.nodes(), size)) {
                    List<LoadedServers> both = List.of(first, second);
                    Figures.row(ours, size + " B", "read", ratio(LoadedServers.compare(both, READ)));
                    Figures.row(ours, size + " B", "change", ratio(LoadedServers.compare(both, CHANGE)));
                }
            }
        }
    }

    private static String ratio(List<LoadedServers.Cost> costs) {
        double ours = costs.get(0).millis();
        double theirs = costs.get(1).millis();
        return String.format(Locale.ROOT, "%.0f | %.0f | %.2f", ours, theirs, ours / theirs);
    }

    @Test
    void whichManagerForWhom() throws Exception {
        Figures.say("CPU ms per 1,000 requests that change a session of 200 B, as many times what a node alone with"
                + " --session-manager=standard takes in turn, and bytes on the loopback for one; heap of all"
                + " nodes and stores for a session of 1 kB; seconds until one more node is ready");
        List<String> head = new ArrayList<>(List.of("manager", "nodes"));
        for (String habit : List.of("sticky", "round robin")) {
            head.addAll(List.of("ms " + habit, "times", "B " + habit));
        }
        head.add("heap B");
        SESSIONS.forEach(count -> head.add("joins " + count));
        Figures.head(head.toArray());
        for (String name : MANAGERS) {
            SessionManager manager = SessionManager.of(name);
            for (int nodes : NODES) {
                measure(manager, nodes);
            }
        }
    }

    private static void measure(SessionManager manager, int nodes) throws Exception {
        String sticky;
        String filled;
        try (Cluster cluster = open(manager, nodes, true)) {
            sticky = cost(cluster, LoadGenerator.Habit.STAY);
            filled = fill(cluster);
        }
        Figures.row(manager, nodes, sticky, manager.shares() ? roundRobin(manager, nodes) : "- | - | -", filled);
    }

    private static String roundRobin(SessionManager manager, int nodes) throws Exception {
        try (Cluster cluster = open(manager, nodes, false)) {
            return cost(cluster, LoadGenerator.Habit.WANDER);
        }
    }

    private static Cluster open(SessionManager manager, int nodes, boolean sticky) throws Exception {
        String name = "ManagerBenchmark." + manager + "." + nodes + (sticky ? ".sticky" : "");
        return manager.open(Site.vast(name), nodes, sticky);
    }

    /** A machine that others use as well is now quicker, now slower, hence the node alone that is asked in turn. */
    private static String cost(Cluster cluster, LoadGenerator.Habit habit) throws Exception {
        try (Cluster alone = SessionManager.STANDARD.open(Site.vast("ManagerBenchmark.alone"), 1, true);
                LoadedServers users = LoadedServers.of(cluster.nodes(), cluster.stores(), SMALL, habit);
                LoadedServers reference = LoadedServers.staying(alone.nodes(), SMALL)) {
            List<LoadedServers.Cost> costs = LoadedServers.compare(List.of(users, reference), CHANGE);
            LoadedServers.Cost cost = costs.get(0);
            return String.format(
                    Locale.ROOT,
                    "%.0f | %.1f | %.0f",
                    cost.millis(),
                    cost.millis() / costs.get(1).millis(),
                    cost.bytes());
        }
    }

    /** Its memory for each session, and how long one more node takes to join so many. */
    private static String fill(Cluster cluster) throws Exception {
        List<String> figures = new ArrayList<>();
        long empty = cluster.heap();
        int sessions = 0;
        for (int wanted : SESSIONS) {
            cluster.addSessions(wanted - sessions);
            sessions = wanted;
            if (figures.isEmpty()) {
                figures.add(String.format(Locale.ROOT, "%.0f", (double) (cluster.heap() - empty) / sessions));
            }
            figures.add(String.format(Locale.ROOT, "%.1f", cluster.secondsToJoin()));
        }
        return String.join(" | ", figures);
    }
}
