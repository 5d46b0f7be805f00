package org.keepsake.launcher.demo;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.keepsake.launcher.cluster.Role;
import org.keepsake.launcher.options.Arguments;
import org.keepsake.launcher.options.UsageError;

/**
 * Which processes the demo is made of, on which ports.
 *
 * @param folder where their logs are
 * @param balancerPort the port a user opens
 * @param processes in the order in which they are started: stores first, so that nodes find them
 */
record DemoPlan(Path folder, int balancerPort, List<DemoProcess> processes) {

    private static final String LOOPBACK = "127.0.0.1";

    /**
     * Five processes share two cores or so while they start: a small heap, the collector with the least to set up, and
     * only the quick compiler make them ready in half the time.
     */
    private static final List<String> QUICK_START =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto");

    static DemoPlan of(Arguments arguments, Path folder, Terminal terminal) {
        Builder builder = new Builder(arguments, folder, terminal);
        builder.add(Role.STORE, "m1", 11211, "-Xmx160m");
        builder.add(Role.STORE, "m2", 11212, "-Xmx160m");
        builder.add(Role.NODE, "A", 8081, "-Xmx256m");
        builder.add(Role.NODE, "B", 8082, "-Xmx256m");
        int port = arguments.common.port == null ? 8080 : arguments.common.port;
        int balancerPort = builder.add(Role.BALANCER, "balancer", port, "-Xmx128m");
        return new DemoPlan(folder, balancerPort, builder.processes);
    }

    String url() {
        return "http://localhost:" + balancerPort + "/test/";
    }

    /** A process by its title, {@code node A}. */
    DemoProcess process(String title) {
        return processes.stream()
                .filter(process -> process.title().equals(title))
                .findFirst()
                .orElseThrow();
    }

    /** Asks the balancer until both nodes have answered through it. */
    void awaitBothNodesBehindTheBalancer(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        Set<String> answered = new HashSet<>();
        while (answered.size() < 2) {
            if (System.nanoTime() > deadline) {
                throw new UsageError("the balancer did not find both nodes within %d s; its log: %s"
                        .formatted(atMost.toSeconds(), process("balancer").log()));
            }
            String node = answeringNode();
            if (node.isEmpty()) {
                pause();
            } else {
                answered.add(node);
            }
        }
    }

    private String answeringNode() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create("http://" + LOOPBACK + ":" + balancerPort + "/test/counter?peek")
                            .toURL()
                            .openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(2000);
            String node = connection.getHeaderField("X-Keepsake-Upstream");
            return connection.getResponseCode() == 200 && node != null ? node : "";
        } catch (IOException e) {
            return ""; // Not yet; the caller knows how long to ask.
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    private static final class Builder {

        private final Arguments arguments;
        private final Path folder;
        private final Terminal terminal;
        private final Ports ports = new Ports(LOOPBACK);
        private final List<DemoProcess> processes = new ArrayList<>();

        Builder(Arguments arguments, Path folder, Terminal terminal) {
            this.arguments = arguments;
            this.folder = folder;
            this.terminal = terminal;
        }

        int add(Role role, String name, int wanted, String heap) {
            int port = ports.next(wanted);
            String title = role == Role.BALANCER ? name : role.word() + " " + name;
            if (port != wanted) {
                terminal.line("port %d is taken; %s takes %d".formatted(wanted, title, port));
            }
            int adminPort = ports.next(port + 1000 > 65000 ? 20000 : port + 1000);
            String address = role == Role.STORE ? "localhost:" + port : "http://localhost:" + port + "/test/";
            processes.add(new DemoProcess(
                    title,
                    address,
                    command(role, name, port, adminPort, heap),
                    adminPort,
                    folder.resolve(name + ".log")));
            return port;
        }

        private List<String> command(Role role, String name, int port, int adminPort, String heap) {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add(heap);
            command.addAll(QUICK_START);
            command.addAll(program());
            command.add("--role=" + role.word());
            command.add("--name=" + name);
            command.add("--host=" + LOOPBACK);
            command.add("--port=" + port);
            command.add("--admin-port=" + adminPort);
            command.add("--end-with-parent");
            command.addAll(cluster());
            if (role == Role.BALANCER) {
                command.add("--debug-headers");
            }
            return command;
        }

        /** Two demos on one machine or network must not find each other: each has a cluster name of its own. */
        private List<String> cluster() {
            var common = arguments.common;
            return List.of(
                    "--cluster=" + common.cluster + "-demo-"
                            + ProcessHandle.current().pid(),
                    "--multicast=" + common.multicast,
                    "--multicast-ttl=0",
                    "--cluster-host=" + LOOPBACK,
                    "--cluster-port=" + common.clusterPort,
                    "--heartbeat=" + common.heartbeat.toSeconds() + "s",
                    "--member-timeout=" + common.memberTimeout.toSeconds() + "s",
                    "--drain-timeout=2s");
        }

        private static List<String> program() {
            String classPath = System.getProperty("java.class.path");
            boolean jarAlone = classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator);
            return jarAlone
                    ? List.of("-jar", jar().toString())
                    : List.of("-cp", classPath, "org.keepsake.launcher.Main");
        }

        private static Path jar() {
            try {
                return Path.of(Demo.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI());
            } catch (URISyntaxException e) {
                throw new IllegalStateException("the jar this program runs from has no path", e);
            }
        }
    }
}
