package org.keepsake.node.session;

import io.undertow.servlet.api.DeploymentInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.keepsake.node.memcached.MemcachedNodes;

/** Two real stores, and the nodes over them, which hear each other. Closed, the nodes end first. */
final class TwoStores implements AutoCloseable {

    final RealMemcached m1;
    final RealMemcached m2;
    final FakePeers cluster = new FakePeers();
    private final List<TestNode> nodes = new ArrayList<>();

    /** @param options of memcached */
    TwoStores(String... options) {
        m1 = RealMemcached.start("m1", options);
        m2 = RealMemcached.start("m2", options);
    }

    /** One more node. */
    TestNode node(SessionSettings settings) {
        return node(settings, info -> {});
    }

    /** One more node, with more in its application. */
    TestNode node(SessionSettings settings, Consumer<DeploymentInfo> more) {
        MemcachedNodes stores = new MemcachedNodes(1, List.of(m1.node(), m2.node()));
        TestNode node = new TestNode(settings, stores, cluster.join(), "/app", more);
        nodes.add(node);
        return node;
    }

    void kill() {
        m1.kill();
        m2.kill();
    }

    void startAgain() {
        m1.startAgain();
        m2.startAgain();
    }

    void freeze() {
        m1.freeze();
        m2.freeze();
    }

    void thaw() {
        m1.thaw();
        m2.thaw();
    }

    @Override
    public void close() {
        nodes.forEach(TestNode::close);
        m1.close();
        m2.close();
    }
}
