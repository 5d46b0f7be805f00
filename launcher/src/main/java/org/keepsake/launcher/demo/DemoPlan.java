package org.keepsake.launcher.demo;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
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
 * @param rehearsal what is to be done once they run, so that the next demo starts sooner
 */
record DemoPlan(Path folder, int balancerPort, List<DemoProcess> processes, Optional<Rehearsal> rehearsal) {

    static DemoPlan of(Arguments arguments, Path folder, Terminal terminal) {
        Builder builder = new Builder(new DemoCommands(arguments), folder, terminal);
        builder.add(Role.STORE, "m1", 11211, "-Xmx160m");
        builder.add(Role.STORE, "m2", 11212, "-Xmx160m");
        builder.add(Role.NODE, "A", 8081, "-Xmx256m");
        builder.add(Role.NODE, "B", 8082, "-Xmx256m");
        int port = arguments.common.port == null ? 8080 : arguments.common.port;
        if (port < 1 || port > 65535) {
            throw new UsageError("--port: port %d is not between 1 and 65535".formatted(port));
        }
        int balancerPort = builder.add(Role.BALANCER, "balancer", port, "-Xmx128m");
        return new DemoPlan(folder, balancerPort, builder.processes, builder.rehearsal());
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
                DemoProcess.pause();
            } else {
                answered.add(node);
            }
        }
    }

    private String answeringNode() {
        try {
            URI uri = URI.create("http://" + DemoCommands.LOOPBACK + ":" + balancerPort + "/test/counter?peek");
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(2000);
            String node = connection.getHeaderField("X-Keepsake-Upstream");
            return connection.getResponseCode() == 200 && node != null ? node : "";
        } catch (IOException e) {
            return ""; // Not yet; the caller knows how long to ask.
        }
    }

    static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    private static final class Builder {

        private final DemoCommands commands;
        private final Path folder;
        private final Terminal terminal;
        private final Ports ports = new Ports(DemoCommands.LOOPBACK);
        private final List<DemoProcess> processes = new ArrayList<>();

        Builder(DemoCommands commands, Path folder, Terminal terminal) {
            this.commands = commands;
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
                    commands.of(role, name, port, adminPort, heap, folder),
                    adminPort,
                    folder.resolve(name + ".log")));
            return port;
        }

        Optional<Rehearsal> rehearsal() {
            return Rehearsal.unlessDone(commands, ports, folder);
        }
    }
}
