package org.keepsake.launcher.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keepsake.balancer.tls.Hsts;
import org.keepsake.launcher.cluster.Discovery;
import org.keepsake.launcher.cluster.Role;
import org.keepsake.node.session.settings.StoreSettings;

class ArgumentsTest {

    @TempDir
    Path folder;

    @Test
    void noArgumentsMeanTheDemo() {
        Arguments arguments = parse();
        assertTrue(arguments.roles().isEmpty());
        assertEquals(Optional.of(Duration.ofSeconds(10)), arguments.demo.restart.after());
    }

    @Test
    void theDemoMayLeaveTheDeadDead() {
        assertEquals(
                Optional.empty(),
                parse("--demo-restart-after=never").demo.restart.after());
        assertEquals(
                Optional.of(Duration.ofMillis(500)),
                parse("--demo-restart-after=500ms").demo.restart.after());
    }

    @Test
    void portAndNameSayTheSameAsTheirLongFormsWithOneRole() {
        assertEquals(9000, parse("--role=node", "--port=9000").port(Role.NODE));
        assertEquals(9000, parse("--role=node", "--node-port=9000").port(Role.NODE));
        assertEquals("A", parse("--role=node", "--name=A").name(Role.NODE));
        assertEquals("A", parse("--role=node", "--node-name=A").name(Role.NODE));
    }

    @Test
    void severalRolesHaveTheirOwnPorts() {
        Arguments arguments = parse("--role=balancer,node,store", "--node-port=1", "--store-port=2");
        assertEquals(EnumSet.allOf(Role.class), arguments.roles());
        assertEquals(8080, arguments.port(Role.BALANCER));
        assertEquals(1, arguments.port(Role.NODE));
        assertEquals(2, arguments.port(Role.STORE));
    }

    @Test
    void memcachedsShortOptionsMeanTheSame() {
        StoreOptions store = parse(
                        "--role=store",
                        "-p",
                        "11311",
                        "-m",
                        "128",
                        "-c",
                        "10",
                        "-I",
                        "2m",
                        "-t",
                        "4",
                        "-l",
                        "127.0.0.1",
                        "-Y",
                        "/etc/users")
                .store;
        assertEquals(11311, store.port);
        assertEquals(128L << 20, store.memory);
        assertEquals(10, store.maxConnections);
        assertEquals(2 << 20, store.maxItemSize);
        assertEquals(4, store.threads);
        assertEquals("127.0.0.1", store.host);
        assertEquals(Path.of("/etc/users"), store.authFile);
    }

    @Test
    void theBalancersOptionsForHttpsAreReadAsTheyAreWritten() {
        BalancerOptions balancer = parse(
                        "--role=balancer",
                        "--tls-port=8443",
                        "--tls-certificate=a.pem,key=b.pem",
                        "--tls-certificate=c.pem",
                        "--tls-redirect=443",
                        "--hsts=365d,includeSubDomains",
                        "--no-http2",
                        "--accept-proxy=10.0.0.0/8,192.0.2.1",
                        "--error-page=502,503=/x/50x.html",
                        "--gzip",
                        "--gzip-min-length=2k")
                .balancer;
        assertEquals(List.of("a.pem,key=b.pem", "c.pem"), balancer.tlsCertificates);
        assertEquals(new Hsts(Duration.ofDays(365), true, false), balancer.hsts);
        assertEquals(List.of("10.0.0.0/8", "192.0.2.1"), balancer.acceptProxy);
        assertEquals(List.of("502,503=/x/50x.html"), balancer.errorPages);
        assertEquals(2048, balancer.gzipMinLength);
        assertTrue(balancer.gzip);
        assertFalse(balancer.http2);
        assertTrue(parse("--role=balancer").balancer.http2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--hsts=365", "--hsts=1d,sub", "--hsts=1d,preload,preload", "--hsts=", "--gzip-comp-level=x"})
    void refusesWhatItCannotRead(String option) {
        assertThrows(UsageError.class, () -> parse("--role=balancer", option));
    }

    @Test
    void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() throws IOException {
        Path file = file("cluster=file\nheartbeat=4s\nmembers=file1,file2\n");
        Map<String, String> environment = Map.of("KEEPSAKE_CLUSTER", "environment", "KEEPSAKE_HEARTBEAT", "2s");
        CommonOptions common = Arguments.parse(List.of("--config=" + file, "--cluster=line"), environment).common;
        assertEquals("line", common.cluster);
        assertEquals(Duration.ofSeconds(2), common.heartbeat);
        assertEquals(List.of("file1", "file2"), common.members);
    }

    @Test
    void whatStandsHigherWinsBetweenTheSharedAndTheOwnOption() {
        Map<String, String> environment = Map.of("KEEPSAKE_STORE_NAME", "environment", "KEEPSAKE_PORT", "1000");
        Arguments byLine = Arguments.parse(List.of("--role=store", "--name=line", "--store-port=2000"), environment);
        assertEquals("line", byLine.name(Role.STORE));
        assertEquals(2000, byLine.port(Role.STORE));
        Arguments byEnvironment = Arguments.parse(List.of("--role=store"), environment);
        assertEquals("environment", byEnvironment.name(Role.STORE));
        assertEquals(1000, byEnvironment.port(Role.STORE));
    }

    @Test
    void theSharedAndTheOwnOptionTogetherAreAContradiction() {
        Arguments arguments = parse("--role=node", "--name=A", "--node-name=B");
        assertEquals(
                "--name and --node-name say the same; give one of them",
                assertThrows(UsageError.class, () -> arguments.name(Role.NODE)).sentence());
    }

    @Test
    void anOptionThatMayBeRepeatedHasALineForEachValue() throws IOException {
        Path file = file("role=node,balancer\nwar=a.war\nwar=b.war:/b\nupstream=h:1,weight=2\nupstream=h:2\n");
        Arguments arguments = parse("--config=" + file);
        assertEquals(List.of("a.war", "b.war:/b"), arguments.node.wars);
        assertEquals(List.of("h:1,weight=2", "h:2"), arguments.balancer.upstreams);
        assertEquals(List.of("c.war", "d.war"), parse("--role=node", "--war=c.war", "--war=d.war").node.wars);
    }

    @Test
    void anyOtherOptionThatIsRepeatedInTheFileIsAMistake() throws IOException {
        Path file = file("cluster=one\ncluster=two\n");
        UsageError error = assertThrows(UsageError.class, () -> parse("--config=" + file));
        assertEquals("config file %s: \"cluster\" is given twice".formatted(file), error.sentence());
    }

    @Test
    void whatAnOrchestratorPutsIntoTheEnvironmentIsNotOurs() {
        Map<String, String> environment = Map.of(
                "KEEPSAKE_PORT", "tcp://10.0.0.1:8080",
                "KEEPSAKE_PORT_8080_TCP", "tcp://10.0.0.1:8080",
                "KEEPSAKE_SERVICE_HOST", "10.0.0.1");
        assertEquals(8081, Arguments.parse(List.of("--role=node"), environment).port(Role.NODE));
    }

    @Test
    void oneFileHoldsAllRoles() throws IOException {
        Path file = file("role=store\nmemory=10m\nwar=shop.war\nstickiness=route\n");
        Arguments arguments = parse("--config=" + file);
        assertEquals(EnumSet.of(Role.STORE), arguments.roles());
        assertEquals(10L << 20, arguments.store.memory);
    }

    @Test
    void argumentsMayStandInAFile() throws IOException {
        Path file = file("--role=node\n--node-port=7000\n");
        assertEquals(7000, parse("@" + file).port(Role.NODE));
    }

    @Test
    void discoveryIsByMulticastUnlessSaidOtherwise() {
        assertEquals(Discovery.MULTICAST, parse("--role=store").common.discovery);
        assertEquals(Discovery.STATIC, parse("--role=store", "--discovery=static").common.discovery);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--role=cook | no role is called \"cook\"",
                "--prot=1 | there is no option --prot; did you mean \"--port\"?",
                "--role=store --war=x | option --war belongs to --role=node, and this is --role=store",
                "--memory=1m | option --memory belongs to --role=store, and this is the demo",
                "--role=store --port=x | invalid value for option '--port': 'x' is not an int",
                "--role=store -m=lots | \"lots\" is no size; write it like 512k, 64m or 1g",
                "--role=node --session-timeout=5 | \"5\" is no time; write it like 300ms, 10s, 30m or 2h",
                "--role=node --session-manager=redis | \"redis\" is no session manager of this version; there is memcached,",
                "--role=node --locking-mode=some | locking mode \"some\": is not one of none, auto, all and uriPattern:REGEX",
                "--role=node --locking-mode=uriPattern:* | locking mode uriPattern:*: is no regular expression",
                "--role=node --lock-timeout-action=wait | \"wait\" is no lock timeout action; there is fail, proceed",
                "--role=node --memcached-protocol=udp | \"udp\" is no protocol of memcached; there is text, binary",
                "--role=node --storage-key-prefix=path | storage key prefix \"path\": is not one of static:TEXT, host",
                "--role=node --operation-timeout=fast | \"fast\" is no time; write it like 300ms",
                "--role=node --sticky=maybe | maybe",
                "--role=node --stiky | there is no option --stiky; did you mean \"--sticky\"?",
                "--role=store --no-sticky | option --no-sticky belongs to --role=node, and this is --role=store",
                "--role=node --request-uri-ignore-pattern=*. | \"*.\" is no regular expression",
                "--role=node,store --port=1 | each its own: --store-port, --node-port",
                "--role=balancer --algorithm=magic | magic' is none of round-robin, least-conn,",
                "--role=balancer --algorithm=cookie-hash | cookie-hash has no cookie, as in cookie-hash:NAME",
                "--role=balancer --stickiness=glue | glue' is none of none, route and cookie[:NAME]",
                "--discovery=guess | \"guess\" is neither multicast nor static",
                "shop.war | \"shop.war\" is no option",
                "@/no/such.args | argument file /no/such.args: there is no such file",
            })
    void aMistakeIsOneSentence(String line, String sentence) {
        UsageError error = assertThrows(UsageError.class, () -> parse(line.split(" ")));
        assertTrue(error.sentence().contains(sentence), error.sentence());
        assertFalse(error.sentence().contains("\n"), error.sentence());
    }

    @Test
    void aTypingErrorInTheFileIsNamed() throws IOException {
        Path file = file("memcached-node=m1:localhost:11211\n");
        UsageError error = assertThrows(UsageError.class, () -> parse("--config=" + file));
        assertEquals(
                "config file %s: there is no option \"memcached-node\"; did you mean \"memcached-nodes\"?"
                        .formatted(file),
                error.sentence());
    }

    @Test
    void aFileCannotNameAnother() throws IOException {
        Path file = file("config=other.conf\n");
        UsageError error = assertThrows(UsageError.class, () -> parse("--config=" + file));
        assertEquals("config file %s: it cannot name another one with \"config\"".formatted(file), error.sentence());
    }

    @Test
    @Timeout(60)
    void theFileIsReadOnce() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Thread writer = new Thread(() -> {
            try {
                Files.writeString(pipe, "role=node\nname=A\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        writer.start();
        assertEquals("A", parse("--config=" + pipe).name(Role.NODE));
        writer.join();
    }

    @Test
    void aFileThatIsMissingOrIsNoTextIsNamed() throws IOException {
        Path missing = folder.resolve("missing");
        assertTrue(assertThrows(UsageError.class, () -> parse("--config=" + missing))
                .sentence()
                .contains("there is no such file"));
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertTrue(assertThrows(UsageError.class, () -> parse("--config=" + binary))
                .sentence()
                .contains("not a properties file in UTF-8"));
    }

    @Test
    void aTypingErrorInTheEnvironmentIsNamed() {
        UsageError error = assertThrows(
                UsageError.class, () -> Arguments.parse(List.of(), Map.of("KEEPSAKE_CLUSTR", "x", "PATH", "/bin")));
        assertEquals(
                "environment variable KEEPSAKE_CLUSTR: there is no option \"--clustr\"; did you mean \"--cluster\"?",
                error.sentence());
    }

    @Test
    void helpShowsTheOptionsOfTheRolesAskedFor() {
        String demo = parse("--help").help();
        assertTrue(demo.contains("--demo-restart-after") && !demo.contains("--memcached-nodes"), demo);
        String node = parse("--role=node", "--help").help();
        assertTrue(node.contains("--memcached-nodes") && !node.contains("--max-fails"), node);
        String all = parse("--role=store,balancer", "--help").help();
        assertTrue(all.contains("--max-fails") && all.contains("--max-item-size"), all);
    }

    @Test
    void helpIsPlainAsciiAndFitsATerminal() {
        for (String roles : List.of("--role=node", "--role=store", "--role=balancer", "--cluster=x")) {
            parse(roles, "--help").help().lines().forEach(line -> {
                assertTrue(line.length() <= 120, line);
                assertTrue(line.chars().allMatch(c -> c >= ' ' && c < 127), line);
            });
        }
    }

    @Test
    void sessionsAreToldInTheWordsOfMemcachedSessionManager() {
        SessionOptions sessions = parse(
                        "--role=node",
                        "--memcached-nodes=m1:a:11211 m2:b:11211,m3:c:11211",
                        "--failover-nodes=m1 m2",
                        "--operation-timeout=1000",
                        "--session-backup-timeout=100",
                        "--lock-expiration=5s",
                        "--locking-mode=uriPattern:/a|/b",
                        "--storage-key-prefix=static:x,host.hash,context",
                        "--memcached-protocol=binary",
                        "--custom-converter=a.B,c.D")
                .sessions;
        assertEquals(List.of("m1:a:11211", "m2:b:11211", "m3:c:11211"), sessions.memcachedNodes);
        assertEquals(List.of("m1", "m2"), sessions.failoverNodes);
        assertEquals(Duration.ofSeconds(1), sessions.operationTimeout);
        assertEquals(Duration.ofMillis(100), sessions.backupTimeout);
        assertEquals(Duration.ofSeconds(5), sessions.lockExpiration);
        assertEquals("uriPattern:/a|/b", sessions.lockingMode.toString());
        assertEquals("static:x,host,context", sessions.storageKeyPrefix.toString());
        assertEquals(StoreSettings.Protocol.BINARY, sessions.memcachedProtocol);
        assertEquals(List.of("a.B", "c.D"), sessions.customConverters);
    }

    @Test
    void aSwitchIsTurnedOnAndOffInEveryPlace() throws IOException {
        assertFalse(parse("--role=node").sessions.sticky);
        assertTrue(parse("--role=node", "--sticky").sessions.sticky);
        assertTrue(parse("--role=node", "--sticky=true").sessions.sticky);
        assertFalse(parse("--role=node", "--sticky=false").sessions.sticky);
        assertFalse(parse("--role=node", "--no-sticky").sessions.sticky);
        assertTrue(parse("--role=node").sessions.statistics);
        assertTrue(parse("--role=node", "--enable-statistics").sessions.statistics);
        assertFalse(parse("--role=node", "--no-enable-statistics").sessions.statistics);
        assertTrue(parse("--role=node").sessions.copyCollections);
        assertTrue(parse("--role=node", "--copy-collections-for-serialization").sessions.copyCollections);
        assertFalse(parse("--role=node", "--no-copy-collections-for-serialization").sessions.copyCollections);
        Path file = file("sticky=true\nenable-statistics=false\n");
        assertTrue(parse("--role=node", "--config=" + file).sessions.sticky);
        assertTrue(parse("--role=node", "--config=" + file, "--sticky").sessions.sticky);
        assertFalse(parse("--role=node", "--config=" + file, "--no-sticky").sessions.sticky);
        assertFalse(parse("--role=node", "--config=" + file).sessions.statistics);
        assertTrue(parse("--role=node", "--config=" + file, "--enable-statistics").sessions.statistics);
    }

    private static Arguments parse(String... args) {
        return Arguments.parse(List.of(args), Map.of());
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("keepsake.conf"), text);
    }
}
