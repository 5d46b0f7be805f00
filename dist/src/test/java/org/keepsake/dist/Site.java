package org.keepsake.dist;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.TestInfo;

/**
 * One installation on this host: a cluster of its own that no other test can find, and every process in it. Closing it
 * ends them all.
 */
final class Site implements AutoCloseable {

    private static final String TEMPORARY = "tmp";

    private static final Size SMALL = new Size("32m", "-Xmx192m", "-XX:+UseSerialGC");
    private static final Size ROOMY = new Size("64m", "-Xmx512m");
    private static final Size VAST = new Size("512m", "-Xmx1g");

    /**
     * How much its processes may take.
     *
     * @param store what a store may keep
     * @param jvm the options of every JVM
     */
    private record Size(String store, List<String> jvm) {

        Size(String store, String... jvm) {
            this(store, List.of(jvm));
        }
    }

    private final Path logs;
    private final Size size;
    private final List<String> cluster;
    private final Hosts hosts;
    private final List<Program> programs = new ArrayList<>();
    private final Path jar;

    private Site(Path jar, Path logs, Size size, List<String> cluster, Hosts hosts) {
        this.jar = jar;
        this.logs = logs;
        this.size = size;
        this.cluster = cluster;
        this.hosts = hosts;
    }

    static Site open(TestInfo test) throws IOException {
        return open(name(test));
    }

    /** The name is that of the folder with the processes' logs. */
    static Site open(String name) throws IOException {
        return on(Hosts.LOCAL, name);
    }

    /** One whose processes run on these hosts. */
    static Site on(Hosts hosts, String name) throws IOException {
        return open(name, quick(Archive.options()), hosts);
    }

    /** One whose processes start without what makes starting quick, on whichever Java there is. */
    static Site plain(TestInfo test) throws IOException {
        return open(name(test), SMALL, Hosts.LOCAL);
    }

    /** One whose users have put these jars into {@code lib/}. */
    static Site with(String name, Path... libraries) throws IOException {
        Path folder = Files.createDirectories(Product.LOGS.resolve(name).resolve("product"));
        Path lib = Files.createDirectories(folder.resolve("lib"));
        for (Path library : libraries) {
            copy(library, lib);
        }
        return open(name, SMALL, Hosts.LOCAL, copy(Product.JAR, folder));
    }

    private static Path copy(Path file, Path folder) throws IOException {
        return Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }

    /** One whose processes have memory as their users give it, to be measured. */
    static Site roomy(String name) throws IOException {
        return open(name, ROOMY, Hosts.LOCAL);
    }

    /** One whose processes have room for a hundred thousand sessions. */
    static Site vast(String name) throws IOException {
        return open(name, VAST, Hosts.LOCAL);
    }

    /** One whose processes make the archive that those of all others use. */
    static Site archiving(String name, List<String> archive) throws IOException {
        return open(name, quick(archive), Hosts.LOCAL);
    }

    private static String name(TestInfo test) {
        return test.getTestClass().orElseThrow().getSimpleName() + "."
                + test.getTestMethod().orElseThrow().getName();
    }

    /** As the demo does, whose processes share two cores as well: a small heap and only the quick compiler. */
    private static Size quick(List<String> archive) {
        List<String> jvm = new ArrayList<>(SMALL.jvm());
        jvm.addAll(archive);
        if (!Scale.LONG) {
            jvm.add("-XX:TieredStopAtLevel=1");
        }
        return new Size(SMALL.store(), List.copyOf(jvm));
    }

    private static Site open(String name, Size size, Hosts hosts) throws IOException {
        return open(name, size, hosts, Product.JAR);
    }

    private static Site open(String name, Size size, Hosts hosts, Path jar) throws IOException {
        String cluster = "e2e-" + ProcessHandle.current().pid() + "-"
                + Long.toHexString(ThreadLocalRandom.current().nextLong());
        Path logs = Product.LOGS.resolve(name);
        Files.createDirectories(logs.resolve(TEMPORARY));
        return new Site(
                jar,
                logs,
                size,
                List.of(
                        "--cluster=" + cluster,
                        "--multicast=228.10.0.4:" + Ports.free(),
                        "--multicast-ttl=" + hosts.networks()),
                hosts);
    }

    /** The command for a process of a test: as large as this installation's are, leaving nothing behind when killed. */
    List<String> small(List<String> options) {
        return small(Product.JAVA_HOME, options);
    }

    List<String> small(Path javaHome, List<String> options) {
        return Product.with(javaHome, jar, jvm(), options);
    }

    /** The options of every JVM of this installation. */
    List<String> jvm() {
        List<String> all = new ArrayList<>(size.jvm());
        all.add("-Djava.io.tmpdir=" + temporary());
        return all;
    }

    /** The options that keep this installation to itself, for a process of this host. */
    List<String> cluster() {
        List<String> options = new ArrayList<>(cluster);
        options.add("--cluster-host=127.0.0.1");
        return options;
    }

    /** The options of a process that is a whole installation, but for its neighbours; its pages are at this address. */
    List<String> everyRole(InetSocketAddress balancer) {
        List<String> options = cluster();
        options.addAll(List.of(
                "--role=balancer,node,store",
                "--host=127.0.0.1",
                "--balancer-port=" + balancer.getPort(),
                "--node-port=" + Ports.free(),
                "--store-port=" + Ports.free(),
                "--admin-port=" + Ports.free(),
                "--cluster-port=" + Ports.free()));
        return options;
    }

    /** Whether the admin ports of its processes can be reached: each is its own host's alone. */
    boolean isHere() {
        return hosts.networks() == 0;
    }

    Path logs() {
        return logs;
    }

    /** The temporary folder of the processes. */
    Path temporary() {
        return logs.resolve(TEMPORARY);
    }

    /** Where the rig's application on a node notes one kind of things. */
    Path notesOf(String kind, String node) {
        return temporary().resolve(kind + "." + node);
    }

    /** What it noted of a session, in its order. */
    List<String> notes(String kind, Server node, String session) throws IOException {
        Path file = notesOf(kind, node.program().name());
        return Files.exists(file)
                ? Files.readAllLines(file).stream()
                        .filter(line -> line.startsWith(session + " "))
                        .map(line -> line.substring(session.length() + 1))
                        .toList()
                : List.of();
    }

    Server store(String name) throws IOException {
        return role("store", name, "--memory=" + size.store());
    }

    Server node(String name, String... more) throws IOException {
        return role("node", name, more);
    }

    Server balancer(String stickiness) throws IOException {
        return role("balancer", "balancer", "--stickiness=" + stickiness);
    }

    /** Debian's memcached; it has no admin port. */
    Server memcached(String name) throws IOException {
        InetSocketAddress address = new InetSocketAddress(hosts.address(name), Ports.free());
        List<String> command = List.of(
                Needs.program("memcached", "the Debian package memcached").toString(),
                "-u",
                "nobody",
                "-l",
                address.getHostString(),
                "-p",
                Integer.toString(address.getPort()),
                "-U",
                "0",
                "-m",
                "32");
        return new Server(run(name, hosts.run(name, command)), address, address);
    }

    /** Runs a command and ends it with this installation. */
    Program run(String name, List<String> command) throws IOException {
        Program program = Program.start(logs, name, command);
        programs.add(program);
        return program;
    }

    /** Waits until a stranger who reloads the page is served by each of the nodes. */
    static void awaitInRotation(InetSocketAddress balancer, String... nodes) throws InterruptedException {
        Set<String> seen = new TreeSet<>();
        Await.until("the balancer knows the nodes " + List.of(nodes), Duration.ofSeconds(40), () -> {
            seen.add(Visit.parse(Browser.once(balancer, Visit.PEEK)).node());
            return seen.containsAll(List.of(nodes));
        });
    }

    @Override
    public void close() {
        programs.forEach(Program::close);
    }

    private Server role(String role, String name, String... more) throws IOException {
        String host = hosts.address(name);
        InetSocketAddress address = new InetSocketAddress(host, Ports.free());
        InetSocketAddress admin = Ports.freeAddress();
        List<String> options = new ArrayList<>(cluster);
        options.addAll(List.of(
                "--role=" + role,
                "--name=" + name,
                "--host=" + host,
                "--port=" + address.getPort(),
                "--admin-port=" + admin.getPort(),
                "--cluster-host=" + host,
                "--cluster-port=" + Ports.free()));
        options.addAll(List.of(more));
        return new Server(run(name, hosts.run(name, small(options))), address, admin);
    }
}
