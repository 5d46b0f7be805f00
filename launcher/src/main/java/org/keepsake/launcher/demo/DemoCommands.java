package org.keepsake.launcher.demo;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.keepsake.launcher.cluster.Role;
import org.keepsake.launcher.options.Arguments;

/** The command lines of the demo's processes. */
final class DemoCommands {

    static final String LOOPBACK = "127.0.0.1";

    /**
     * Five processes share two cores or so while they start: a small heap, the collector with the least to set up, and
     * only the quick compiler make them ready in half the time.
     */
    private static final List<String> QUICK_START =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto");

    private final Arguments arguments;
    private final Optional<ClassDataArchive> archive = ClassDataArchive.of(jar());

    DemoCommands(Arguments arguments) {
        this.arguments = arguments;
    }

    Optional<ClassDataArchive> archive() {
        return archive;
    }

    List<String> of(Role role, String name, int port, int adminPort, String heap, Path folder) {
        List<String> command = java(heap, archive.map(ClassDataArchive::use).orElse(List.of()));
        command.add("--role=" + role.word());
        command.add("--name=" + name);
        command.add("--port=" + port);
        command.add("--admin-port=" + adminPort);
        command.addAll(common(""));
        if (role == Role.BALANCER) {
            command.add("--debug-headers");
        }
        if (role == Role.NODE) {
            command.add("--work=" + folder.resolve("work-" + name));
        }
        return command;
    }

    /** One process with every role, alone in a cluster, that leaves a class-data archive behind. */
    List<String> ofRehearsal(ClassDataArchive archive, Ports ports, int balancerPort, int adminPort) {
        List<String> command = java("-Xmx256m", archive.make());
        command.add("--role=balancer,node,store");
        command.add("--balancer-port=" + balancerPort);
        command.add("--node-port=" + ports.next(balancerPort));
        command.add("--store-port=" + ports.next(balancerPort));
        command.add("--admin-port=" + adminPort);
        command.addAll(common("-rehearsal"));
        return command;
    }

    private List<String> java(String heap, List<String> archiveOptions) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(heap);
        command.addAll(QUICK_START);
        command.addAll(archiveOptions);
        command.addAll(program());
        return command;
    }

    /** Two demos on one machine or network must not find each other: each has a cluster name of its own. */
    private List<String> common(String clusterSuffix) {
        var common = arguments.common;
        return List.of(
                "--host=" + LOOPBACK,
                "--end-with-parent",
                "--cluster=" + common.cluster + "-demo-"
                        + ProcessHandle.current().pid() + clusterSuffix,
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
        return jarAlone ? List.of("-jar", jar().toString()) : List.of("-cp", classPath, "org.keepsake.launcher.Main");
    }

    /** The jar, or the folder of classes, that this program runs from. */
    static Path jar() {
        try {
            return Path.of(DemoCommands.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the jar this program runs from has no path", e);
        }
    }
}
