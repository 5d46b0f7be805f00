package org.keepsake.node.grid;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.FreePort;

/** Members in this process, configured as the product configures them, each with what a node has of the grid. */
final class GridCluster implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final List<Class<?>> EXCEPTIONS = List.of(
            Enum.class,
            String.class,
            Throwable.class,
            Exception.class,
            RuntimeException.class,
            Error.class,
            IllegalStateException.class,
            IllegalArgumentException.class,
            NullPointerException.class,
            UnsupportedOperationException.class,
            IndexOutOfBoundsException.class,
            ArrayIndexOutOfBoundsException.class,
            ClassCastException.class,
            SecurityException.class,
            ReflectiveOperationException.class,
            ClassNotFoundException.class,
            IOException.class,
            EOFException.class,
            StackTraceElement.class,
            StackTraceElement[].class,
            ArrayList.class,
            List.of().getClass(),
            Collections.emptyList().getClass());

    private final Duration timeout;
    private final String name = "grid-" + FreePort.next();
    private final List<String> addresses = new ArrayList<>();
    private final List<Node> nodes = new CopyOnWriteArrayList<>();

    /** One member and what a node has of it. */
    static final class Node implements AutoCloseable {

        final GridMember member = new GridMember(1);
        final Config config;
        final String address;
        final HazelcastInstance hazelcast;
        final GridStore store;
        final ReplicatedGridStore replicated;

        /** How often this member was asked for something by key, as the owner. */
        final AtomicLong asked = new AtomicLong();

        /** How often this member was told what another one changed. */
        final AtomicLong told = new AtomicLong();

        volatile boolean inTouch = true;

        /** What the owner waits for before it answers, null for nothing. */
        volatile @Nullable CountDownLatch ownerHeld;

        /** What this member waits for before it takes note of an update, null for nothing. */
        volatile @Nullable CountDownLatch updatesHeld;

        private Node(Config config, String address, Duration timeout, boolean waits) {
            this.config = config;
            this.address = address;
            store = new GridStore(member, timeout);
            replicated = new ReplicatedGridStore(member, timeout, waits, "s:");
            member.actsWhile(this::acts);
            member.countsBy(this::touch);
            member.configure(config);
            hazelcast = Hazelcast.newHazelcastInstance(config);
            member.joined(hazelcast);
            replicated.start();
        }

        private boolean acts() {
            if (Thread.currentThread().getName().contains("partition-operation")) {
                asked.incrementAndGet();
                await(ownerHeld);
            }
            return inTouch;
        }

        private long touch() {
            if (Thread.currentThread().getName().contains("generic-operation")) {
                told.incrementAndGet();
                await(updatesHeld);
            }
            return inTouch ? 1 : 0;
        }

        private static void await(@Nullable CountDownLatch held) {
            if (held != null) {
                try {
                    held.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        boolean owns(String key) {
            var owner = hazelcast.getPartitionService().getPartition(key).getOwner();
            return owner != null && owner.localMember();
        }

        /** A key with this beginning that this member owns. */
        String keyOf(String prefix) {
            return Stream.iterate(0, n -> n + 1)
                    .map(n -> prefix + n)
                    .filter(this::owns)
                    .findFirst()
                    .orElseThrow();
        }

        int size() {
            return hazelcast.getCluster().getMembers().size();
        }

        /** Without a word, as if the process were killed. */
        void die() {
            replicated.close();
            hazelcast.getLifecycleService().terminate();
        }

        /** After it has handed over what it has. */
        void leave() {
            hazelcast.shutdown();
            replicated.close();
        }

        @Override
        public void close() {
            die();
        }
    }

    GridCluster(Duration timeout) {
        this.timeout = timeout;
    }

    static GridCluster of(int size, Duration timeout) {
        GridCluster cluster = new GridCluster(timeout);
        for (int i = 0; i < size; i++) {
            var unused = cluster.join();
        }
        cluster.settle();
        return cluster;
    }

    /** One more that knows all who came before. */
    Node join() {
        return join(true);
    }

    Node join(boolean waits) {
        return start(waits, addresses);
    }

    /** One more that looks for nobody. */
    Node startApart(Node... others) {
        return start(true, Stream.of(others).map(other -> other.address).toList());
    }

    private Node start(boolean waits, List<String> others) {
        int port = FreePort.next();
        String address = "127.0.0.1:" + port;
        List<String> members =
                Stream.concat(others.stream(), Stream.of(address)).toList();
        Node node = new Node(config(name, port, members), address, timeout, waits);
        addresses.add(address);
        nodes.add(node);
        return node;
    }

    /** Lets members look for each other that did not know of each other. */
    void meet() {
        nodes.forEach(node ->
                node.config.getNetworkConfig().getJoin().getTcpIpConfig().setMembers(List.copyOf(addresses)));
    }

    List<Node> nodes() {
        return List.copyOf(nodes);
    }

    Node node(int index) {
        return nodes.get(index);
    }

    /** Forgets a member that has gone. */
    void gone(Node node) {
        nodes.remove(node);
        addresses.remove(node.address);
    }

    /** Waits until all see each other, hold what they are to hold, and know it. */
    void settle() {
        until("all members are one cluster", () -> nodes.stream().allMatch(node -> node.size() == nodes.size()));
        until(
                "each partition has its backup",
                () -> nodes.stream()
                        .allMatch(node -> node.hazelcast.getPartitionService().isClusterSafe()));
        until("all act", () -> nodes.stream().allMatch(node -> node.store.up()));
        until("all have everything", () -> nodes.stream().allMatch(node -> node.replicated.hasAll()));
    }

    static Config config(String name, int port, List<String> members) {
        Config config = new Config();
        config.setClusterName(name);
        config.setProperty("hazelcast.logging.type", "jdk")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.health.monitoring.level", "OFF")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.max.wait.seconds.before.join", "2")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "1")
                .setProperty("hazelcast.tcp.join.port.try.count", "1")
                .setProperty("hazelcast.connection.monitor.max.faults", "0")
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.partition.count", "31")
                .setProperty("hazelcast.io.thread.count", "1")
                .setProperty("hazelcast.io.balancer.interval.seconds", "0")
                .setProperty("hazelcast.event.thread.count", "1")
                .setProperty("hazelcast.operation.thread.count", "2")
                .setProperty("hazelcast.operation.generic.thread.count", "2")
                .setProperty("hazelcast.operation.response.thread.count", "0")
                .setProperty("hazelcast.concurrent.window.ms", "0");
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        close(config);
        config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(1).setMembers(members);
        return config;
    }

    /** As the product has it: of the JDK only what exceptions and enums are made of. */
    private static void close(Config config) {
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
        filter.setDefaultsDisabled(true);
        filter.getWhitelist()
                .addPrefixes("com.hazelcast.")
                .addClasses(EXCEPTIONS.stream().map(Class::getName).toArray(String[]::new));
        config.getSerializationConfig().setJavaSerializationFilterConfig(filter);
    }

    static void until(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < LONGEST.toNanos(), "in vain waited until " + what);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }
}
