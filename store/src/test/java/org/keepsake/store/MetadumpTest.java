package org.keepsake.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code lru_crawler metadump} lists. */
@Timeout(120)
class MetadumpTest {

    private final ManualTicker ticker = new ManualTicker();
    private final Store store = Store.start(TestConfigs.memory(256L << 20), ticker);
    private final Client client = new Client(store.address());

    MetadumpTest() throws IOException {}

    @AfterEach
    void stop() throws IOException {
        client.close();
        store.close();
    }

    private static List<String> dump(Client from, String which) throws IOException {
        from.send("lru_crawler metadump " + which + "\r\n");
        List<String> lines = new ArrayList<>();
        for (String line = from.lineFedLine(); !line.equals("END\r"); line = from.lineFedLine()) {
            lines.add(line);
        }
        return lines;
    }

    private static List<String> keys(List<String> lines) {
        return lines.stream()
                .map(line -> line.substring("key=".length(), line.indexOf(' ')))
                .sorted()
                .toList();
    }

    private static String withoutSizeAndCas(String line) {
        return line.replaceFirst("cas=[0-9]+", "cas=?").replaceFirst("size=[0-9]+", "size=?");
    }

    @Test
    void tellsOfEachItemWhatMemcachedTells() throws IOException {
        client.set("never", 0, "1");
        client.set("a%b/c~d-e_f.g\u00c3", 100, "22");
        client.set("gone", -1, "1");
        long stored = ticker.seconds();
        ticker.pass(Duration.ofSeconds(7));
        client.untilEnd("get never");
        assertEquals(
                List.of(
                        "key=a%25b%2Fc~d-e_f.g%C3 exp=" + (stored + 100) + " la=" + stored
                                + " cas=? fetch=no cls=1 size=?",
                        "key=never exp=-1 la=" + (stored + 7) + " cas=? fetch=yes cls=1 size=?"),
                dump(client, "all").stream()
                        .map(MetadumpTest::withoutSizeAndCas)
                        .sorted()
                        .toList());
    }

    @Test
    void listsTheSameLinesAsDebiansMemcachedButForSizeAndCas() throws IOException {
        try (MemcachedServer theirs = MemcachedServer.debians();
                MemcachedServer ours = MemcachedServer.ours()) {
            assertEquals(linesOf(theirs), linesOf(ours));
        }
    }

    /** With absolute times, and without the time of the last use: the two have different clocks. */
    private static List<String> linesOf(MemcachedServer server) throws IOException {
        try (Client client = server.connect()) {
            client.set("a\tb", 2_000_000_000, "1");
            client.set("%\u0001\u00ff:s", 0, "1");
            client.untilEnd("get a\tb");
            return Stream.of("all", "hash", "1", "1,2")
                    .flatMap(which -> dumpOf(client, which).sorted())
                    .toList();
        }
    }

    private static Stream<String> dumpOf(Client client, String which) {
        try {
            return dump(client, which).stream()
                    .map(line -> withoutSizeAndCas(line).replaceFirst("la=[0-9]+", "la=?"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void listsAHundredThousandItemsOnceEach() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            client.send("set key" + i + " 0 0 1 noreply\r\n1\r\n");
            expected.add("key" + i);
        }
        assertEquals(expected.stream().sorted().toList(), keys(dump(client, "hash")));
        assertEquals("END", client.ask("get key"));
    }

    @Test
    void listsWhatIsThereAllTheTimeOnceWhileOthersChangeEverything() throws Exception {
        List<String> steady = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            client.send("set steady" + i + " 0 0 1 noreply\r\n1\r\n");
            steady.add("steady" + i);
        }
        client.ask("version");
        AtomicBoolean done = new AtomicBoolean();
        Thread changer = new Thread(() -> change(done));
        changer.start();
        try {
            for (int round = 0; round < 10; round++) {
                List<String> listed = keys(dump(client, "hash")).stream()
                        .filter(key -> key.startsWith("steady"))
                        .toList();
                assertEquals(steady.stream().sorted().toList(), listed);
            }
        } finally {
            done.set(true);
            changer.join();
        }
    }

    /** Replaces, touches and reads the steady items, and makes the table grow with others. */
    private void change(AtomicBoolean done) {
        Random random = new Random(1);
        try (Client other = new Client(store.address())) {
            for (int i = 0; !done.get(); i++) {
                String key = "steady" + random.nextInt(3000);
                other.set(key, 0, "2");
                other.ask("touch " + key + " 100");
                other.untilEnd("get " + key);
                other.set("new" + i % 200_000, 0, "1");
                other.ask("delete new" + (i - 1000) % 200_000);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void holdsNextToNothingForAReaderThatIsSlowAndServesOthers() throws IOException {
        String longKey = "k".repeat(200);
        for (int i = 0; i < 30_000; i++) {
            client.send("set " + longKey + i + " 0 0 1 noreply\r\n1\r\n");
        }
        client.ask("version");
        try (Client slow = new Client(store.address())) {
            slow.send("lru_crawler metadump hash\r\n".repeat(10) + "version\r\n");
            for (int i = 0; i < 1000; i++) {
                assertEquals("STORED", client.set("b", 0, "1"));
            }
            assertTrue(client.stat("read_buf_bytes") < 1 << 20);
            for (int dump = 0; dump < 10; dump++) {
                int lines = 0;
                while (!slow.lineFedLine().equals("END\r")) {
                    lines++;
                }
                assertTrue(lines >= 30_000, lines + " lines");
            }
            assertEquals("VERSION " + StatsReport.VERSION, slow.line());
        }
    }

    @Test
    void refusesToDumpWhileTheCrawlerIsDisabled() throws IOException {
        assertEquals("OK", client.ask("lru_crawler disable"));
        assertEquals("OK", client.ask("lru_crawler disable"));
        assertEquals("CLIENT_ERROR lru crawler disabled", client.ask("lru_crawler metadump all"));
        assertEquals("CLIENT_ERROR lru crawler disabled", client.ask("lru_crawler metadump 0"));
        assertEquals("CLIENT_ERROR lru crawler disabled", client.ask("lru_crawler crawl all"));
        assertEquals("OK", client.ask("lru_crawler enable"));
        assertEquals("END", client.ask("lru_crawler metadump all"));
        assertEquals("OK", client.ask("lru_crawler crawl all"));
        assertEquals("ERROR an unknown error happened", client.ask("lru_crawler crawl hash"));
    }

    @Test
    void forgetsWhatIsFlushedWhileItIsListed() throws IOException {
        for (int i = 0; i < 1000; i++) {
            client.send("set key" + i + " 0 0 1 noreply\r\n1\r\n");
        }
        assertEquals("OK", client.ask("flush_all 10"));
        ticker.pass(Duration.ofSeconds(10));
        assertEquals(List.of(), dump(client, "hash"));
    }
}
