package org.keepsake.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Nodes A and B with the rig's applications, and stores m1 and m2 if there are any; no balancer between. */
final class Farm implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** What the rig's application notes of sessions. */
    private static final String EVENTS = "events";

    /** The context paths at which the rig's application is deployed. */
    static final List<String> APPLICATIONS = List.of("", "/rig", "/one", "/two");

    /** The context path of one whose pages below {@code /in} are for users who logged in. */
    static final String MEMBERS = "/members";

    /** The context path of one whose requests with the same session wait for each other. */
    static final String LOCKED = "/locked";

    private static final String MEMBERS_WEB_XML = """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
              <security-constraint>
                <web-resource-collection>
                  <web-resource-name>in</web-resource-name>
                  <url-pattern>/in/*</url-pattern>
                </web-resource-collection>
                <auth-constraint><role-name>member</role-name></auth-constraint>
              </security-constraint>
              <login-config>
                <auth-method>FORM</auth-method>
                <form-login-config>
                  <form-login-page>/login.html</form-login-page>
                  <form-error-page>/login.html</form-error-page>
                </form-login-config>
              </login-config>
              <security-role><role-name>member</role-name></security-role>
              <distributable/>
            </web-app>
            """;

    private static final String USERS = """
            <tomcat-users>
              <user username="alice" password="secret" roles="member"/>
            </tomcat-users>
            """;

    private final Site site;
    private final List<Server> stores;
    private final List<String> nodeOptions;
    private final List<Server> nodes = new ArrayList<>();

    private Farm(Site site, Setup setup, List<String> names, List<String> more) throws IOException {
        this.site = site;
        this.stores = setup.stores(site);
        this.nodeOptions = options(setup, more);
        for (String name : names) {
            Files.deleteIfExists(site.notesOf(EVENTS, name));
            nodes.add(node(name));
        }
    }

    static Farm open(String test, Setup setup, String... more) throws IOException, InterruptedException {
        return open(Site.open(test + "." + setup), setup, List.of("A", "B"), List.of(more));
    }

    /** With its processes on these hosts. */
    static Farm on(Hosts hosts, String test, Setup setup) throws IOException, InterruptedException {
        return open(Site.on(hosts, test + "." + setup), setup, List.of("A", "B"), List.of());
    }

    /** With node A alone, and memory as its users give it, to measure it. */
    static Farm lone(String test, Setup setup, String... more) throws IOException, InterruptedException {
        return open(Site.roomy(test + "." + setup), setup, List.of("A"), List.of(more));
    }

    private static Farm open(Site site, Setup setup, List<String> names, List<String> more)
            throws IOException, InterruptedException {
        try {
            Farm farm = new Farm(site, setup, names, more);
            for (Server node : farm.nodes) {
                farm.awaitServing(node);
            }
            if (names.size() > 1) {
                // Nodes are ready with the stores they have heard of; a store that is slow to join comes in later.
                int unused = farm.awaitWhole(0);
            }
            return farm;
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            site.close();
            throw e;
        }
    }

    Server a() {
        return nodes.get(0);
    }

    Server b() {
        return nodes.get(1);
    }

    Server m1() {
        return stores.get(0);
    }

    Server m2() {
        return stores.get(1);
    }

    /** None if the sessions are kept elsewhere. */
    List<Server> stores() {
        return stores;
    }

    Server store(String name) {
        return name.equals("m1") ? m1() : m2();
    }

    /** A new balancer, which gives each node its turn. */
    Server balancer() throws IOException, InterruptedException {
        return balancer("none");
    }

    /** A new one that gives each node its turn with every request ({@code none}) or with every session ({@code route}). */
    Server balancer(String stickiness) throws IOException, InterruptedException {
        Server balancer = site.balancer(stickiness);
        Set<String> seen = new HashSet<>();
        Await.until("the balancer knows both nodes", PATIENCE, () -> {
            Answer answer = Browser.once(balancer.address(), Guest.APPLICATION + "/steps");
            if (answer.status() == 200) {
                seen.add(Look.parse(answer).node());
            }
            return seen.size() == nodes.size();
        });
        return balancer;
    }

    Site site() {
        return site;
    }

    /** One more of the same kind, which may not be ready yet. */
    Server node(String name) throws IOException {
        return site.node(name, nodeOptions.toArray(String[]::new));
    }

    /** One more, with this application alone; it has all the time it needs. */
    Server nodeWith(String name, RigWar war) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(site.logs().resolve("webapps-" + name));
        war.writeTo(folder.resolve("rig.war"));
        List<String> options = new ArrayList<>(nodeOptions);
        options.removeIf(option -> option.startsWith("--webapps="));
        options.add("--webapps=" + folder);
        Server node = site.node(name, options.toArray(String[]::new));
        awaitServing(node);
        return node;
    }

    /**
     * Waits until every node says that both stores have everything; without stores, until the nodes hear each other.
     *
     * @param after the number of the view that was in force before what happened; the one waited for is newer
     * @return its number, 0 without stores
     */
    int awaitWhole(int after) throws InterruptedException {
        if (!stores.isEmpty()) {
            return Views.awaitWhole(nodes, after);
        }
        Await.until("the nodes hear each other", PATIENCE, () -> hears(a(), "B") && hears(b(), "A"));
        for (Server node : nodes) {
            Await.until(node.program().name() + " serves sessions", PATIENCE, () -> serves(node));
        }
        return 0;
    }

    /** Whether what a node logged last of another one is not that it left. */
    private static boolean hears(Server node, String other) {
        return lastOf(node, other).filter(line -> !line.endsWith(" left")).isPresent();
    }

    /** Whether a node counts another one among those that left. Where a store is the oldest member, it never does. */
    static boolean hasLost(Server node, String other) {
        return lastOf(node, other).filter(line -> line.endsWith(" left")).isPresent();
    }

    /** What a node logged last of another one. */
    private static Optional<String> lastOf(Server node, String other) {
        return node.log()
                .lines()
                .filter(line -> line.contains(" node " + other + " at "))
                .reduce((older, newer) -> newer);
    }

    /** What the applications of a node noted of a session, in their order. */
    List<String> events(Server node, String session) throws IOException {
        return site.notes(EVENTS, node, session);
    }

    /** Lets go of the requests that hold by this name. */
    void release(String hold) throws IOException {
        Path unused = Files.createFile(site.temporary().resolve("released." + hold));
    }

    /** What both nodes noted. */
    List<String> events(String session) throws IOException {
        List<String> all = new ArrayList<>();
        for (Server node : nodes) {
            all.addAll(events(node, session));
        }
        return all;
    }

    /** Starts a node or store that was killed or stopped again. */
    void awaitRestarted(Server node) throws IOException, InterruptedException {
        node.restart();
        awaitServing(node);
    }

    void awaitServing(Server node) throws InterruptedException {
        if (site.isHere()) {
            Server unused = node.awaitReady();
        }
        Await.until(node.program().name() + " serves sessions", PATIENCE, () -> serves(node));
    }

    @Override
    public void close() {
        site.close();
    }

    private List<String> options(Setup setup, List<String> more) throws IOException {
        Path webapps = Files.createDirectories(site.logs().resolve("webapps"));
        for (String application : APPLICATIONS) {
            String name = application.isEmpty() ? "ROOT" : application.substring(1);
            new RigWar().writeTo(webapps.resolve(name + ".war"));
        }
        new RigWar()
                .with("WEB-INF/web.xml", MEMBERS_WEB_XML)
                .with("login.html", "<form method=post action=j_security_check></form>")
                .writeTo(webapps.resolve(MEMBERS.substring(1) + ".war"));
        new RigWar()
                .with("META-INF/context.xml", "<Context><Manager lockingMode='all'/></Context>")
                .writeTo(webapps.resolve(LOCKED.substring(1) + ".war"));
        Path users = Files.writeString(site.logs().resolve("users.xml"), USERS);
        List<String> options = new ArrayList<>(setup.nodeOptions(site, stores));
        options.add("--webapps=" + webapps);
        options.add("--users-file=" + users);
        options.add("--request-uri-ignore-pattern=.*\\.(ico|png|gif|jpg|css|js)$");
        options.addAll(more);
        return options;
    }

    private static boolean serves(Server node) throws IOException {
        return new Guest().ask(node, "set=a:1").status() == 200;
    }
}
