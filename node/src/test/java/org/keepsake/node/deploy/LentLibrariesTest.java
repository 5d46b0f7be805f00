package org.keepsake.node.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keepsake.node.Node;
import org.keepsake.node.NodeConfig;
import org.keepsake.node.WebApplication;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.SessionSettings;
import org.keepsake.node.session.settings.RecordSettings;
import org.keepsake.node.session.settings.SessionManagerKind;
import org.keepsake.node.session.transcoder.Transcoder;
import org.keepsake.node.session.transcoder.TranscoderSettings;
import org.keepsake.node.session.transcoder.Transcoders;
import org.keepsake.node.users.Users;

/** Converters that an application brings for a library that only the node has. */
class LentLibrariesTest {

    private static final String IN_KRYO = """
            public class InKryo implements java.util.function.Consumer<com.esotericsoftware.kryo.Kryo> {
                public void accept(com.esotericsoftware.kryo.Kryo kryo) {
                    kryo.register(Money.class, new com.esotericsoftware.kryo.Serializer<Money>() {
                        public void write(com.esotericsoftware.kryo.Kryo k, com.esotericsoftware.kryo.io.Output out, Money m) {
                            out.writeString("taught " + m.cents);
                        }
                        public Money read(com.esotericsoftware.kryo.Kryo k, com.esotericsoftware.kryo.io.Input in,
                                Class<? extends Money> type) {
                            return new Money(in.readString().substring(7));
                        }
                    });
                }
            }
            """;

    private static final String IN_XSTREAM = """
            public class InXstream implements com.thoughtworks.xstream.converters.SingleValueConverter {
                public boolean canConvert(Class type) { return type == Money.class; }
                public String toString(Object money) { return "taught " + ((Money) money).cents; }
                public Object fromString(String text) { return new Money(text.substring(7)); }
            }
            """;

    private static final String MONEY = """
            public class Money {
                final String cents;
                public Money(String cents) { this.cents = cents; }
                public String toString() { return cents; }
            }
            """;

    private static final String LOOK = """
            @WebServlet("/look")
            public class Look extends HttpServlet {
                protected void doGet(HttpServletRequest q, HttpServletResponse r) throws IOException {
                    try {
                        r.getWriter().print(Class.forName(q.getParameter("name")).getName());
                    } catch (ClassNotFoundException | LinkageError e) {
                        r.getWriter().print("hidden");
                    }
                }
            }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private static War war() {
        return War.empty()
                .library(
                        "shop.jar",
                        War.jar().classes("app.Money", MONEY, "app.InKryo", IN_KRYO, "app.InXstream", IN_XSTREAM))
                .library("old.jar", War.jar().file("com/esotericsoftware/kryo/Kryo.class", "junk"))
                .classes("web.Look", LOOK);
    }

    private static RecordSettings taught(String transcoder, String... converters) {
        return RecordSettings.defaults().withTranscoder(transcoder).withCustomConverters(List.of(converters));
    }

    @ParameterizedTest
    @CsvSource({"kryo, app.InKryo", "xstream, app.InXstream"})
    void writeTheApplicationsOwnClasses(String name, String converter) throws Exception {
        List<Transcoder> transcoders = new ArrayList<>();
        List<ClassLoader> loaders = new ArrayList<>();
        Deployer deployer = new Deployer(
                folder.resolve("work"), Duration.ofMinutes(30), Map.of(), Users.none(), (info, distributable, own) -> {
                    loaders.add(info.getClassLoader());
                    LentLibraries.lend(info.getClassLoader(), taught(name, converter));
                    transcoders.add(Transcoders.named(
                            name, info.getClassLoader(), new TranscoderSettings(List.of(converter), false)));
                });
        Application application = deployer.deploy(war().write(folder.resolve("app.war")), Optional.empty());
        try {
            Object money = loaders.get(0)
                    .loadClass("app.Money")
                    .getConstructor(String.class)
                    .newInstance("5");
            byte[] bytes = transcoders.get(0).encode(money);
            assertTrue(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).contains("taught"));
            Object read = transcoders.get(0).decode(bytes);
            assertNotSame(money, read);
            assertEquals(money.getClass(), read.getClass());
            assertEquals("5", read.toString());
        } finally {
            application.close();
        }
    }

    private Node node(RecordSettings records) throws IOException {
        return Node.start(
                new NodeConfig(
                        "A",
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        List.of(new WebApplication(war().write(folder.resolve("app.war")), Optional.of("/app"))),
                        Optional.empty(),
                        folder.resolve("work"),
                        SessionSettings.defaults("A")
                                .with(SessionManagerKind.STANDARD)
                                .with(records),
                        Optional.empty(),
                        Duration.ofSeconds(30)),
                new MemcachedNodes(1, List.of()));
    }

    private static String look(Node node, String name) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + node.address().getPort() + "/app/look?name=" + name);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void areLentWhatTheirOwnTranscoderUsesAndNothingElse() throws Exception {
        try (Node node = node(taught("kryo", "app.InKryo"))) {
            assertEquals("com.esotericsoftware.kryo.Kryo", look(node, "com.esotericsoftware.kryo.Kryo"));
            assertEquals("hidden", look(node, "com.thoughtworks.xstream.XStream"));
        }
        try (Node node = node(taught("kryo"))) {
            assertEquals("hidden", look(node, "com.esotericsoftware.kryo.Kryo"));
        }
        assertThrows(DeploymentFailed.class, () -> node(taught("xstream", "app.InKryo")));
    }
}
