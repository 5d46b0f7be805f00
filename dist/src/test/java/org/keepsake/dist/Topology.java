package org.keepsake.dist;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The product's usual shape: a balancer, nodes A and B, and stores m1 and m2 if there are any, each its own process. */
record Topology(Site site, List<String> nodeOptions, Server balancer, Server a, Server b, List<Server> stores)
        implements AutoCloseable {

    private static final int USERS = Scale.of(50, 200);
    private static final List<String> TEXT = List.of("--failover-nodes=m1", "--memcached-protocol=text");

    /** With memcached its older protocol is spoken, and m2 is the home of every session. */
    static Topology open(String test, Setup setup) throws IOException, InterruptedException {
        Site site = Site.open(test + "." + setup);
        try {
            return start(site, setup).awaitServing();
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            site.close();
            throw e;
        }
    }

    /** One that keeps its sessions as these options say, on a site that is there. */
    static Topology with(Site site, String... nodeOptions) throws IOException, InterruptedException {
        return new Topology(
                        site,
                        List.of(nodeOptions),
                        site.balancer("none"),
                        site.node("A", nodeOptions),
                        site.node("B", nodeOptions),
                        List.of())
                .awaitServing();
    }

    private static Topology start(Site site, Setup setup) throws IOException {
        List<Server> stores = setup.stores(site);
        List<String> options = new ArrayList<>(setup.nodeOptions(site, stores));
        if (setup.isMemcached()) {
            options.addAll(TEXT);
        }
        String[] told = options.toArray(String[]::new);
        return new Topology(site, options, site.balancer("none"), site.node("A", told), site.node("B", told), stores);
    }

    Server m1() {
        return stores.get(0);
    }

    Server m2() {
        return stores.get(1);
    }

    /** Users count their visits. */
    Crowd crowd() {
        return Crowd.enter(balancer.address(), USERS);
    }

    /** One more node, which may not be ready yet. */
    Server node(String name) throws IOException {
        return site.node(name, nodeOptions.toArray(String[]::new));
    }

    int awaitWhole(int after) throws InterruptedException {
        return Views.awaitWhole(List.of(a, b), after);
    }

    @Override
    public void close() {
        site.close();
    }

    private Topology awaitServing() throws InterruptedException {
        a.awaitReady();
        b.awaitReady();
        balancer.awaitReady();
        Site.awaitInRotation(balancer.address(), "A", "B");
        return this;
    }
}
