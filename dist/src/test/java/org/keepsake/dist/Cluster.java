package org.keepsake.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Any number of nodes with the rig's application alone, and what keeps their sessions. */
final class Cluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** More processes than processors have much to send each other when all have all. */
    private static final Duration JOINING = Duration.ofMinutes(10);

    private static final String NEW_SESSION = "/rig/steps?fill=big:1000";

    private final Site site;
    private final List<Server> stores;
    private final List<String> nodeOptions;
    private final List<Server> nodes = new ArrayList<>();

    private Cluster(Site site, Setup setup, int size, List<String> more) throws IOException {
        this.site = site;
        this.stores = setup.stores(site);
        this.nodeOptions = new ArrayList<>(setup.nodeOptions(site, stores));
        Path war = site.logs().resolve("rig.war");
        new RigWar().writeTo(war);
        nodeOptions.add("--war=" + war);
        nodeOptions.addAll(more);
        for (int i = 0; i < size; i++) {
            nodes.add(oneMore());
        }
    }

    /** @param shares whether each node knows the sessions of the others; if not, they are in its heap alone */
    static Cluster open(Site site, Setup setup, int size, List<String> options, boolean shares)
            throws IOException, InterruptedException {
        try {
            empty(site.temporary());
            Cluster cluster = new Cluster(site, setup, size, options);
            for (Server node : cluster.nodes) {
                Server unused = node.awaitReady();
            }
            if (shares) {
                awaitSharing(cluster.nodes);
            }
            return cluster;
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            site.close();
            throw e;
        }
    }

    List<Server> nodes() {
        return nodes;
    }

    /** None if the sessions are kept elsewhere. */
    List<Server> stores() {
        return stores;
    }

    /** Waits until every server with the rig's application knows the sessions of the first. */
    static void awaitSharing(List<Server> nodes) throws InterruptedException {
        Await.until("the nodes share their sessions", PATIENCE, () -> {
            Guest guest = new Guest();
            Answer unused = guest.ask(nodes.get(0), "set=shared:1");
            return nodes.stream().allMatch(node -> knows(node, guest.twin()));
        });
    }

    private static boolean knows(Server node, Guest guest) {
        try {
            return guest.ask(node, "get=shared").body().contains("@shared=1");
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Lets new users come, each of whom gets a session of 1 kB. */
    void addSessions(int count) throws IOException {
        try (Load newcomers = Load.on(nodes, NEW_SESSION, LoadGenerator.Habit.FORGET)) {
            double unused = newcomers.ask(NEW_SESSION, count - Load.USERS);
        }
    }

    /** What all nodes and stores hold, in bytes. */
    long heap() throws IOException, InterruptedException {
        return Heap.used(Stream.concat(nodes.stream(), stores.stream()).toList());
    }

    /** How long one more node takes until it is ready; it is stopped then. */
    double secondsToJoin() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Server node = oneMore();
        Await.until(node.program().name() + " has joined", JOINING, node::ready);
        double seconds = (System.nanoTime() - begun) / 1e9;
        node.stop();
        int unused = node.program().exitCode(PATIENCE);
        return seconds;
    }

    private Server oneMore() throws IOException {
        return site.node("N" + (nodes.size() + 1), nodeOptions.toArray(String[]::new));
    }

    @Override
    public void close() throws IOException {
        site.close();
        empty(site.temporary());
    }

    /** The sessions of a directory are so many files. */
    private static void empty(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }
}
