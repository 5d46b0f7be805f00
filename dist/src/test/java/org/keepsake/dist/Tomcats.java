package org.keepsake.dist;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two Tomcats with the rig's application, whose sessions are replicated as the example in Tomcat's documentation does it
 * (cluster-howto), but that nobody outside this host hears of them. They write no access log, and end
 * no connection that is kept alive.
 */
final class Tomcats implements AutoCloseable {

    private static final Path HOME = Path.of(System.getProperty("tomcat.home", "target/apache-tomcat"));
    private static final Duration START = Duration.ofMinutes(1);

    /** Tomcat puts system properties into it. Of {@code mapSendOptions} BackupManager alone knows. */
    private static final String SERVER_XML = """
            <Server port="-1">
              <Service name="Catalina">
                <Connector address="127.0.0.1" port="${port}" keepAliveTimeout="-1" maxKeepAliveRequests="-1"/>
                <Engine name="Catalina" defaultHost="localhost" jvmRoute="${route}">
                  <Cluster className="org.apache.catalina.ha.tcp.SimpleTcpCluster" channelSendOptions="${sending}">
                    <Manager className="org.apache.catalina.ha.session.${manager}"
                        mapSendOptions="${sending}" notifyListenersOnReplication="true"/>
                    <Channel className="org.apache.catalina.tribes.group.GroupChannel">
                      <Membership className="org.apache.catalina.tribes.membership.McastService"
                          address="228.0.0.4" port="${group}" ttl="0" frequency="500" dropTime="3000"/>
                      <Receiver className="org.apache.catalina.tribes.transport.nio.NioReceiver"
                          address="127.0.0.1" port="${receiver}" autoBind="0" selectorTimeout="5000" maxThreads="6"/>
                      <Sender className="org.apache.catalina.tribes.transport.ReplicationTransmitter">
                        <Transport className="org.apache.catalina.tribes.transport.nio.PooledParallelSender"/>
                      </Sender>
                      <Interceptor className="org.apache.catalina.tribes.group.interceptors.TcpFailureDetector"/>
                      <Interceptor className="org.apache.catalina.tribes.group.interceptors.MessageDispatchInterceptor"/>
                    </Channel>
                    <Valve className="org.apache.catalina.ha.tcp.ReplicationValve" filter=""/>
                    <Valve className="org.apache.catalina.ha.session.JvmRouteBinderValve"/>
                    <ClusterListener className="org.apache.catalina.ha.session.ClusterSessionListener"/>
                  </Cluster>
                  <Host name="localhost" appBase="webapps" autoDeploy="false"/>
                </Engine>
              </Service>
            </Server>
            """;

    private static final String WEB_XML = """
            <web-app xmlns="http://xmlns.jcp.org/xml/ns/javaee" version="4.0"><distributable/></web-app>
            """;

    /** {@code channelSendOptions}: when a request goes on that changed its session. */
    enum Sending {
        /** Once it is queued for the other node; Tomcat's default. */
        ASYNCHRONOUS(8),
        /** Once the other node has taken it in, as it is with Keepsake. */
        SYNCHRONOUS(6);

        private final int options;

        Sending(int options) {
            this.options = options;
        }
    }

    private final Site site;
    private final Map<String, Object> common;
    private final List<Server> nodes = new ArrayList<>();

    /** The second asks the first for its sessions, and waits for long if that has not deployed the application yet. */
    private Tomcats(Site site, String manager, Sending sending) throws IOException, InterruptedException {
        this.site = site;
        this.common = Map.of(
                "catalina.home",
                HOME,
                "java.net.preferIPv4Stack",
                true,
                "manager",
                manager,
                "sending",
                sending.options,
                "group",
                Ports.free());
        for (String route : List.of("n1", "n2")) {
            nodes.add(awaitServing(start(route)));
        }
    }

    /** @param manager the name of one of Tomcat's that replicates */
    static Tomcats open(Site site, String manager, Sending sending) throws IOException, InterruptedException {
        try {
            Tomcats tomcats = new Tomcats(site, manager, sending);
            Cluster.awaitSharing(tomcats.nodes);
            return tomcats;
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            site.close();
            throw e;
        }
    }

    List<Server> nodes() {
        return nodes;
    }

    private Server start(String route) throws IOException {
        InetSocketAddress address = Ports.freeAddress();
        Map<String, Object> properties = new HashMap<>(common);
        properties.put("catalina.base", base(route));
        properties.put("route", route);
        properties.put("port", address.getPort());
        properties.put("receiver", Ports.free());
        return new Server(site.run(route, command(properties)), address, address);
    }

    private static Server awaitServing(Server node) throws InterruptedException {
        Await.until(
                "Tomcat serves sessions",
                START,
                () -> new Guest().ask(node, "set=a:1").status() == 200);
        return node;
    }

    private List<String> command(Map<String, Object> properties) {
        List<String> command = new ArrayList<>();
        command.add(Product.JAVA_HOME.resolve("bin/java").toString());
        command.addAll(site.jvm());
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.add("-cp");
        command.add(HOME.resolve("bin/bootstrap.jar") + ":" + HOME.resolve("bin/tomcat-juli.jar"));
        command.add("org.apache.catalina.startup.Bootstrap");
        return command;
    }

    /** A folder with what is one Tomcat's own. */
    private Path base(String name) throws IOException {
        Path base = site.logs().resolve("base-" + name);
        Path conf = Files.createDirectories(base.resolve("conf"));
        Path unused = Files.writeString(conf.resolve("server.xml"), SERVER_XML);
        unused = Files.copy(HOME.resolve("conf/web.xml"), conf.resolve("web.xml"), StandardCopyOption.REPLACE_EXISTING);
        new RigWar()
                .javax()
                .with("WEB-INF/web.xml", WEB_XML)
                .writeTo(Files.createDirectories(base.resolve("webapps")).resolve("rig.war"));
        return base;
    }

    @Override
    public void close() {
        site.close();
    }
}
