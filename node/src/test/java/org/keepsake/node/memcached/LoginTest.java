package org.keepsake.node.memcached;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.keepsake.node.store.ListedKey;
import org.keepsake.node.store.Listing;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;

/** Against real memcached processes: with an authentication file in the text protocol, with SASL in the binary one. */
@ParameterizedClass
@EnumSource(Protocol.class)
class LoginTest {

    private static final Optional<Credentials> RIGHT = Optional.of(new Credentials("app", "secret"));
    private static final Optional<Credentials> WRONG = Optional.of(new Credentials("app", "guess"));

    private final Protocol protocol;
    private final Path folder;
    private final Stores stores = new Stores();

    LoginTest(Protocol protocol, @TempDir Path folder) {
        this.protocol = protocol;
        this.folder = folder;
    }

    @BeforeEach
    void letMemcachedRead() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void close() throws Exception {
        stores.closeAll();
    }

    @Test
    void letsTheRightUserIn() throws Exception {
        MemcachedProcess memcached = memcached();
        MemcachedConnection store = stores.connect(protocol, RIGHT, memcached.node("m1"));
        assertTrue(store.up());
        assertEquals(Outcome.OK, get(store.add("s:1", new byte[1], 0)).outcome());
        assertInstanceOf(Reply.Found.class, get(store.gets("s:1")));
        memcached.kill();
        Await.until("down", () -> !store.up());
        memcached.startAgain();
        Await.until("up again", store::up);
    }

    @Test
    void listsKeysWhereTheProtocolCan() throws Exception {
        MemcachedConnection store = stores.connect(protocol, RIGHT, memcached().node("m1"));
        assertEquals(Outcome.OK, get(store.add("s:1", new byte[1], 0)).outcome());
        Listing listing = get(store.list(List.of("s:")));
        if (protocol == Protocol.TEXT) {
            assertEquals(new Listing.Keys(List.of(new ListedKey("s:1", 0))), listing);
        } else {
            assertInstanceOf(Listing.Impossible.class, listing);
        }
    }

    @Test
    void isRefusedWithTheWrongPasswordInOneLine() throws Exception {
        MemcachedProcess memcached = memcached();
        try (LogLines log = new LogLines(Keeper.class)) {
            MemcachedConnection store = stores.connect(protocol, WRONG, memcached.node("m1"));
            assertFalse(store.up());
            assertEquals(
                    List.of("store m1: down (it refuses the login of user app); trying again each 5 s"), log.lines());
        }
    }

    @Test
    void isRefusedWithoutCredentials() throws Exception {
        MemcachedProcess memcached = memcached();
        try (LogLines log = new LogLines(Keeper.class)) {
            assertFalse(stores.connect(protocol, Optional.empty(), memcached.node("m1"))
                    .up());
            assertEquals(
                    List.of("store m1: down (it asks for a login, and no user is configured); trying again each 5 s"),
                    log.lines());
        }
    }

    @Test
    void isLeftOutWhereTheStoreDoesNotAskForIt() throws Exception {
        MemcachedProcess memcached = stores.closing(MemcachedProcess.start());
        MemcachedConnection store = stores.connect(protocol, RIGHT, memcached.node("m1"));
        assertTrue(store.up());
        assertEquals("END", memcached.say("get login"));
    }

    private MemcachedProcess memcached() throws Exception {
        return protocol == Protocol.TEXT ? withAuthFile() : withSasl();
    }

    private MemcachedProcess withAuthFile() throws Exception {
        Path file = Files.writeString(folder.resolve("users"), "app:secret\n");
        return stores.closing(MemcachedProcess.start("-Y", file.toString()));
    }

    /** The user stands in a Berkeley DB file, for which Perl has a module and Java has none. */
    private MemcachedProcess withSasl() throws Exception {
        Path users = folder.resolve("sasldb2");
        Files.writeString(
                folder.resolve("memcached.conf"),
                "mech_list: plain\npwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: " + users + "\n");
        String script = "use DB_File; tie my %h, 'DB_File', $ARGV[0], O_CREAT|O_RDWR, 0644, $DB_HASH or die;"
                + "$h{\"app\\0$ARGV[1]\\0userPassword\"} = 'secret';";
        boolean written = Files.exists(users) || runs("perl", "-e", script, users.toString(), hostName());
        boolean sasl = written && runs("sh", "-c", "memcached -h | grep -q -e --enable-sasl");
        if (!sasl) {
            System.getLogger("tests")
                    .log(Level.WARNING, "SKIPPED, NOT PASSED: SASL needs memcached -S and perl with DB_File");
        }
        assumeTrue(sasl, "SASL needs memcached -S and perl with DB_File");
        return stores.closing(MemcachedProcess.start(Map.of("SASL_CONF_PATH", folder.toString()), "-S"));
    }

    private static String hostName() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/sys/kernel/hostname"))) {
            return lines.findFirst().orElse(InetAddress.getLocalHost().getHostName());
        }
    }

    private static boolean runs(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            // It is not installed.
            return false;
        }
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(40, TimeUnit.SECONDS);
    }
}
