package org.keepsake.dist;

import java.io.IOException;

/** The product's usual shape: a balancer, nodes A and B, stores m1 and m2, each its own process. */
record Topology(Server balancer, Server a, Server b, Server m1, Server m2) {

    /** Stores of our own, found by discovery. */
    static Topology withStores(Site site) throws IOException, InterruptedException {
        Server m1 = site.store("m1");
        Server m2 = site.store("m2");
        Topology all = new Topology(site.balancer(), site.node("A"), site.node("B"), m1, m2);
        m1.awaitReady();
        m2.awaitReady();
        return all.awaitServing();
    }

    /** Debian's memcached, which no discovery finds: the nodes are told. */
    static Topology withMemcached(Site site) throws IOException, InterruptedException {
        Server m1 = site.memcached("m1");
        Server m2 = site.memcached("m2");
        String[] told = {
            "--memcached-nodes=m1:127.0.0.1:" + m1.port() + ",m2:127.0.0.1:" + m2.port(),
            "--failover-nodes=m1",
            "--memcached-protocol=text"
        };
        return new Topology(site.balancer(), site.node("A", told), site.node("B", told), m1, m2).awaitServing();
    }

    /** Fifty users count their visits. */
    Crowd crowd() {
        return Crowd.enter(balancer.address(), 50);
    }

    private Topology awaitServing() throws InterruptedException {
        a.awaitReady();
        b.awaitReady();
        balancer.awaitReady();
        Site.awaitInRotation(balancer.address(), "A", "B");
        return this;
    }
}
