package org.keepsake.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keepsake.launcher.cluster.Alike;
import org.keepsake.launcher.options.Arguments;
import org.keepsake.launcher.options.SessionOptions;
import org.keepsake.launcher.options.UsageError;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.SessionSettings;
import org.keepsake.node.session.settings.HeapSettings;
import org.keepsake.node.session.settings.ReplicationSettings;
import org.keepsake.node.session.settings.StoreSettings.Credentials;

class NodeSessionsTest {

    @TempDir
    Path folder;

    @Test
    void theDefaultsOfTheOptionsAreThoseOfTheSettings() {
        assertEquals(SessionSettings.defaults("A"), NodeSessions.settings("A", options()));
        assertEquals(Optional.empty(), NodeSessions.memcachedNodes(options()));
    }

    @Test
    void limitsAreThoseOfTheOptions() {
        assertEquals(
                new HeapSettings(7, 100),
                NodeSessions.settings("A", options("--max-active-sessions=7", "--max-heap-sessions=100"))
                        .heap());
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> NodeSessions.settings("A", options("--max-heap-sessions=0")));
        assertEquals("max sessions in heap 0: is less than 1", refused.getMessage());
    }

    @Test
    void whenTheHeapLetsGoIsAsTheOptionsSay() {
        assertEquals(
                HeapSettings.defaults()
                        .withIdleSwap(Optional.of(Duration.ofMinutes(5)), Optional.of(Duration.ofHours(1))),
                NodeSessions.settings("A", options("--min-idle-swap=5m", "--max-idle-swap=1h"))
                        .heap());
    }

    @Test
    void whatNodesDoForEachOthersSessionsIsAsTheOptionsSay() {
        ReplicationSettings said = NodeSessions.settings(
                        "A", options("--expire-sessions-on-shutdown", "--replication-filter=.*\\.gif"))
                .replication();
        assertTrue(said.expireOnShutdown());
        assertEquals(".*\\.gif", said.filter().orElseThrow().pattern());
    }

    @Test
    void listenersHearOfOtherNodesIfTheOptionSaysSo() {
        assertTrue(NodeSessions.settings("A", options("--session-manager=delta", "--notify-listeners-on-replication"))
                .replication()
                .notifyListeners());
        assertFalse(NodeSessions.settings("A", options("--session-manager=delta"))
                .replication()
                .notifyListeners());
    }

    @Test
    void whenChangesAreSavedIsAsTheOptionSays() {
        assertEquals(
                Optional.of(Duration.ofSeconds(10)),
                NodeSessions.settings("A", options("--sticky", "--max-idle-backup=10s"))
                        .backup()
                        .maxIdle());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "nowhere",
            value = {
                "--session-manager=standard | /home/u/.local/state/keepsake/sessions",
                "--require-distributable | /home/u/.local/state/keepsake/sessions",
                "--session-manager=standard --session-directory=/x/y | /x/y",
                "--require-distributable --session-directory=/x/y | /x/y",
                "--session-manager=standard --session-directory=none | nowhere",
                "--session-manager=memcached | nowhere",
            })
    void sessionsThatStayOnTheNodeWaitInADirectoryWhileItRestarts(String line, @Nullable String directory) {
        assertEquals(
                Optional.ofNullable(directory).map(Path::of),
                SessionDirectory.of(options(line.split(" ", -1)), Map.of(), "/home/u"));
    }

    @Test
    void theDirectoryIsAmongTheStateOfTheUsersPrograms() {
        SessionOptions standard = options("--session-manager=standard");
        assertEquals(
                Optional.of(Path.of("/state/keepsake/sessions")),
                SessionDirectory.of(standard, Map.of("XDG_STATE_HOME", "/state"), "/home/u"));
        assertEquals(
                Optional.of(Path.of("/home/u/.local/state/keepsake/sessions")),
                SessionDirectory.of(standard, Map.of("XDG_STATE_HOME", "state"), "/home/u"));
        assertTrue(NodeSessions.settings("A", standard).heap().directory().isPresent());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--sticky | {--session-manager=memcached} {}",
                "--session-manager=standard | {--session-manager=standard} {}",
                "--session-manager=backup --backup-count=2 | {--session-manager=backup} {--backup-count=2}",
                "--session-manager=delta --replication=async | {--session-manager=delta} {--backup-count=1, --replication=async}",
            })
    void theNodesOfAClusterAreAlikeInWhatTheyKeepTogether(String line, String expected) {
        Alike alike = NodeSessions.alike(NodeSessions.settings("A", options(line.split(" "))));
        assertEquals(expected, new TreeMap<>(alike.must()) + " " + new TreeMap<>(alike.should()));
    }

    @Test
    void aStoreAloneNeedsNoName() {
        MemcachedNodes nodes = NodeSessions.memcachedNodes(options("--memcached-nodes=localhost:11211"))
                .orElseThrow();
        assertEquals("m1:localhost:11211", nodes.nodes().get(0).toString());
    }

    @Test
    void aPasswordIsReadFromItsFileAndShownNowhere() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "xyzzy\n");
        SessionSettings settings = NodeSessions.settings(
                "A",
                options(
                        "--memcached-protocol=binary",
                        "--memcached-username=app",
                        "--memcached-password-file=" + file));
        assertEquals(
                Optional.of(new Credentials("app", "xyzzy")), settings.stores().credentials());
        assertFalse(settings.toString().contains("xyzzy"), settings.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--failover-nodes=m1 | --failover-nodes needs --memcached-nodes",
                "--memcached-nodes=a:1,b:2 | memcached node \"a:1\"",
                "--memcached-nodes=m1:a:1 --failover-nodes=m1 | every store is one, so none is any session's home",
                "--memcached-nodes=m1:a:1 --failover-nodes=m2 | failover node m2 is not one of the memcached nodes",
                "--memcached-nodes=http://a:8091/pools | Couchbase buckets are not supported",
                "--memcached-nodes=redis://a | Redis is not supported",
                "--memcached-nodes=m1:a:1 --session-manager=standard | --memcached-nodes says nothing with",
                "--session-directory=/x | --session-directory=/x says nothing without --session-manager=standard or",
                "--session-directory=none | --session-directory=none says nothing without",
                "--memcached-username=app | needs --memcached-password-file",
                "--memcached-password=x | needs --memcached-username",
                "--memcached-password=x --memcached-password-file=y | say the same; give one of them",
                "--memcached-protocol=text --memcached-username=app --memcached-password=x | the text protocol has no SASL",
                "--memcached-username=app --memcached-password-file=/no/such | there is no file /no/such",
                "--transcoder=Kryo! | transcoder \"Kryo!\": a name has",
                "--custom-converter=a-b | custom converter \"a-b\": is no name of a class",
                "--operation-timeout=0 | operation timeout 0 ms: is not between 1 ms and 1 minute",
                "--session-backup-timeout=2h | session backup timeout 7200000 ms: is not between",
                "--backup-thread-count=0 | backup thread count 0: is not between 1 and 1000",
                "--lock-expiration=10 | lock expiration 10 ms: is not between 1 second and 1 hour",
                "--session-manager=standard --max-idle-swap=1m | --max-idle-swap says nothing with --session-manager=standard",
                "--session-manager=standard --max-idle-backup=1m | --max-idle-backup says nothing with --session-manager=standard",
                "--max-idle-backup=1m | --max-idle-backup says nothing without --sticky",
                "--session-manager=standard --replication-filter=x | --replication-filter says nothing with --session-manager=standard",
                "--notify-listeners-on-replication | --notify-listeners-on-replication says nothing with --session-manager=memcached: only with delta",
                "--session-manager=backup --notify-listeners-on-replication | says nothing with --session-manager=backup: only with delta",
                "--session-manager=standard --min-idle-swap=1m | --min-idle-swap says nothing with --session-manager=standard",
                "--min-idle-swap=2m --max-idle-swap=1m | min idle swap 120000 ms: is longer than max idle swap 60000 ms",
                "--store-replace-after=10ms | store replace after 10 ms: is shorter than 1 second",
            })
    void aMistakeIsOneSentence(String line, String sentence) {
        SessionOptions options = options(line.split(" "));
        RuntimeException error = assertThrows(RuntimeException.class, () -> {
            var unusedStores = NodeSessions.memcachedNodes(options);
            var unusedSettings = NodeSessions.settings("A", options);
        });
        String said = error instanceof UsageError usage ? usage.sentence() : String.valueOf(error.getMessage());
        assertTrue(said.contains(sentence), said);
        assertFalse(said.contains("\n"), said);
    }

    private static SessionOptions options(String... args) {
        List<String> line = new java.util.ArrayList<>(List.of("--role=node"));
        line.addAll(List.of(args));
        return Arguments.parse(line, Map.of()).sessions;
    }
}
