package org.keepsake.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that asks its clients who they are. */
@Timeout(60)
class AuthenticationTest {

    private static final int GET = 0x00;
    private static final int NOOP = 0x0a;
    private static final int VERSION = 0x0b;
    private static final int LIST = 0x20;
    private static final int AUTH = 0x21;
    private static final int STEP = 0x22;

    @TempDir
    Path directory;

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("auth"), content);
    }

    private MemcachedServer ours() throws IOException {
        Credentials credentials = Credentials.read(file("user:pass\nanother:with:colon\n"));
        return MemcachedServer.ours(Store.start(TestConfigs.asking(credentials)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get a",
                "quit",
                "version",
                "",
                "add x 0 0 9",
                "set x 0 0",
                "set x 0 0 x",
                "set x 0 0 -1",
                "set x 0 0 9\nuser pass|get a",
                "set x 0 0 9 noreply\nuser pass|get a",
                "set x 0 0 13 \n user  pass y|get a",
                "set x 1 2 9 3 4\nuser pass|set x 0 0 1\n1|touch x 0",
                "set x 0 0 9\nuser fail|set x 0 0 9\nuser pass|get a",
                "set x 0 0 4\nuser|get a",
                "set x 0 0 0\n|get a",
                "set x 0 0 9\nuser passx|get a",
                "set x 0 0 18\nanother with:colon|get a",
                "set x 0 0 16\nuser:pass nobody|get a",
            })
    void answersATextClientAsMemcachedDoes(String conversation) throws IOException {
        Path known = file("user:pass\nanother:with:colon\n");
        try (MemcachedServer theirs = MemcachedServer.debians("-Y", readable(known));
                MemcachedServer ours = ours()) {
            assertEquals(answer(theirs, conversation), answer(ours, conversation));
        }
    }

    /** Debian's runs as another user. */
    private String readable(Path known) throws IOException {
        for (Path path : List.of(directory, known)) {
            assertTrue(path.toFile().setReadable(true, false) && path.toFile().setExecutable(true, false));
        }
        return known.toString();
    }

    /** Message by message: of many at once memcached answers only the last. */
    private static String answer(MemcachedServer server, String conversation) throws IOException {
        StringBuilder answers = new StringBuilder();
        try (Client client = server.connect()) {
            for (String message : conversation.split("[|]", -1)) {
                answers.append(client.ask(message.replace("\n", "\r\n"))).append('\n');
            }
        }
        return answers.toString();
    }

    private static Packet login(String user, String password) {
        return Packet.request(AUTH, "", "PLAIN", "\0" + user + "\0" + password);
    }

    static Stream<List<Packet>> logins() {
        Packet wrong = login("user", "wrong");
        Packet step = Packet.request(STEP, "", "PLAIN", wrong.value());
        Packet list = Packet.request(LIST);
        return Stream.of(
                List.of(list),
                List.of(wrong, list),
                List.of(wrong, Packet.request(NOOP)),
                List.of(step, list),
                List.of(Packet.request(AUTH, "PLAIN"), step, list),
                List.of(Packet.request(AUTH, "", "CRAM", "x"), step, list),
                List.of(Packet.request(AUTH, "", "P".repeat(33), "x"), list),
                List.of(Packet.request(AUTH, "", "PLAIN", "x".repeat(600_000)), list),
                List.of(Packet.request(AUTH)),
                List.of(Packet.request(LIST, "a")),
                List.of(Packet.request(GET, "a".repeat(251))),
                List.of(Packet.request(0x30)),
                List.of(Packet.request(VERSION, "a")));
    }

    /** Without users: that it lets those in whom it knows, memcached needs a data base for. */
    @ParameterizedTest(name = "conversation {index}")
    @MethodSource("logins")
    void refusesABinaryClientAsMemcachedDoes(List<Packet> conversation) throws IOException {
        Path configuration = Files.writeString(directory.resolve("memcached.conf"), "mech_list: plain\nlog_level: 0\n");
        readable(configuration);
        try (MemcachedServer theirs = MemcachedServer.debians(Map.of("SASL_CONF_PATH", directory.toString()), "-S");
                MemcachedServer ours = ours()) {
            assertEquals(answers(theirs, conversation), answers(ours, conversation));
        }
    }

    private static List<String> answers(MemcachedServer server, List<Packet> conversation) throws IOException {
        List<String> answers = new ArrayList<>();
        try (Client client = server.connect()) {
            for (Packet request : conversation) {
                answers.add(client.ask(request).toString());
            }
            client.send(Packet.request(VERSION).bytes());
            answers.add(closed(client) ? "closed" : "open");
        }
        return answers;
    }

    private static boolean closed(Client client) throws IOException {
        try {
            return client.closedByServer();
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void letsABinaryClientInByItsPassword() throws IOException {
        try (MemcachedServer ours = ours();
                Client client = ours.connect()) {
            assertEquals("PLAIN", client.ask(Packet.request(LIST)).value());
            assertEquals(
                    StatsReport.VERSION, client.ask(Packet.request(VERSION)).value());
            Packet refused = client.ask(login("user", "wrong"));
            assertEquals("32 Auth failure.", refused.field() + " " + refused.value());
            Packet accepted = client.ask(login("another", "with:colon"));
            assertEquals("0 Authenticated", accepted.field() + " " + accepted.value());
            assertEquals(1, client.ask(Packet.request(GET, "a")).field());
        }
    }

    @Test
    void takesTheMessageInASecondStep() throws IOException {
        try (MemcachedServer ours = ours();
                Client client = ours.connect()) {
            assertEquals(
                    0x20,
                    client.ask(Packet.request(STEP, "", "PLAIN", "\0user\0pass"))
                            .field());
            assertEquals(0x21, client.ask(Packet.request(AUTH, "", "PLAIN", "")).field());
            assertEquals(
                    0,
                    client.ask(Packet.request(STEP, "", "PLAIN", "user\0user\0pass"))
                            .field());
            assertEquals(0, client.ask(Packet.request(NOOP)).field());
        }
    }

    @Test
    void forgetsWhoAClientWasThatFailsToSayItAgain() throws IOException {
        try (MemcachedServer ours = ours();
                Client client = ours.connect()) {
            client.ask(login("user", "pass"));
            assertEquals(0, client.ask(Packet.request(NOOP)).field());
            client.ask(login("user", "wrong"));
            assertEquals(0x20, client.ask(Packet.request(NOOP)).field());
            assertTrue(client.closedByServer());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {GET, 0x01, 0x04, 0x08, NOOP, 0x10, 0x1b, 0x1c, 0x30})
    void refusesWhateverElseABinaryClientAsksBefore(int opcode) throws IOException {
        try (MemcachedServer ours = ours();
                Client client = ours.connect()) {
            Packet refused = client.ask(Packet.request(opcode));
            assertEquals("32 Auth failure.", refused.field() + " " + refused.value());
            assertTrue(client.closedByServer());
        }
    }

    @Test
    void refusesWhatIsNoLogin() throws IOException {
        try (MemcachedServer ours = ours();
                Client client = ours.connect()) {
            for (String message : List.of("", "user\0pass", "\0user\0", "root\0user\0pass", "\0user\0pass\0", "\0\0")) {
                Packet request = Packet.request(AUTH, "", message.isEmpty() ? "CRAM-MD5" : "PLAIN", message);
                assertEquals(0x20, client.ask(request).field(), message);
            }
            assertEquals(
                    0x82,
                    client.ask(Packet.request(AUTH, "", "PLAIN", "x".repeat(1_000_000)))
                            .field());
            assertEquals(
                    4,
                    client.ask(Packet.request(AUTH, "", "x".repeat(33), "x".repeat(5000)))
                            .field());
            assertEquals(0, client.ask(login("user", "pass")).field());
            assertEquals(7, client.stat(Packet.request(0x10), "auth_cmds"));
            assertEquals(6, client.stat(Packet.request(0x10), "auth_errors"));
        }
    }

    @Test
    void sendsATextClientAwayThatAnnouncesMoreThanAPassword() throws IOException {
        try (MemcachedServer ours = ours();
                Client announcing = ours.connect();
                Client sending = ours.connect()) {
            announcing.send("set x 0 0 2147483647\r\n");
            assertTrue(announcing.closedByServer());
            sending.send("x".repeat(2049));
            assertTrue(sending.closedByServer());
        }
    }

    @Test
    void saysWhatIsWrongWithTheFile() throws IOException {
        Path file = file("user:pass\r\nnobody\r\n");
        assertEquals("auth file " + file + ": entry 2 is not user:password", problem(file));
        assertEquals("auth file " + file + ": entry 1 is not user:password", problem(file(":pass")));
        assertEquals("auth file " + file + ": entry 1 is not user:password", problem(file("user:")));
        assertEquals("auth file " + file + ": names nobody, no client could use the store", problem(file("\n")));
        assertEquals("auth file " + file + ": is longer than 64k", problem(file("x".repeat(70_000))));
        Path missing = directory.resolve("missing");
        assertEquals("auth file " + missing + ": cannot be read: " + missing, problem(missing));
    }

    private static String problem(Path file) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> Credentials.read(file))
                .getMessage());
    }

    @Test
    void showsNobodysPassword() throws IOException {
        assertEquals("1 user", Credentials.read(file("user:pass")).toString());
    }
}
