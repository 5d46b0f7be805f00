package org.keepsake.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class StoreTest {

    private static final int MEGABYTE = TestConfigs.MEGABYTE;

    private final ManualTicker ticker = new ManualTicker();
    private final List<Client> clients = new ArrayList<>();
    private Store store = Store.start(TestConfigs.memory(64L * MEGABYTE), ticker);

    StoreTest() throws IOException {}

    @AfterEach
    void stop() throws IOException {
        for (Client client : clients) {
            client.close();
        }
        store.close();
    }

    private Client connect() throws IOException {
        Client client = new Client(store.address());
        clients.add(client);
        return client;
    }

    private void restart(StoreConfig config) throws IOException {
        store.close();
        store = Store.start(config, ticker);
    }

    @Test
    void keepsEveryByteOfBinaryData() throws IOException {
        byte[] data = new byte[300_000];
        new Random(1).nextBytes(data);
        Client client = connect();
        client.send("set a 4294967295 0 300000\r\n");
        client.send(data);
        client.send("\r\n");
        assertEquals("STORED", client.line());
        assertEquals("VALUE a 4294967295 300000", client.ask("get a"));
        assertArrayEquals(data, client.bytes(300_000));
        assertEquals("", client.line());
        assertEquals("END", client.line());
    }

    @Test
    void storesTheLargestValueAndRefusesOneByteMore() throws IOException {
        Client client = connect();
        assertEquals("STORED", client.set("a", 0, "x".repeat(MEGABYTE)));
        assertEquals("VALUE a 0 " + MEGABYTE, client.ask("get a"));
        client.bytes(MEGABYTE + 2);
        assertEquals("END", client.line());
        assertEquals("SERVER_ERROR object too large for cache", client.set("a", 0, "x".repeat(MEGABYTE + 1)));
        assertEquals("END", client.ask("get a"));
    }

    @Test
    void answersFortyThousandPipelinedCommandsInOrder() throws Exception {
        Client client = connect();
        StringBuilder commands = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            commands.append("set k")
                    .append(i)
                    .append(" 0 0 4\r\n")
                    .append(1000 + i % 9000)
                    .append("\r\n");
            commands.append("get k").append(i).append("\r\n");
            commands.append("incr k").append(i).append(" 1\r\n");
            commands.append("delete k").append(i).append(" noreply\r\n");
        }
        Thread sender = new Thread(() -> {
            try {
                client.send(commands.toString());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        sender.start();
        for (int i = 0; i < 10_000; i++) {
            assertEquals("STORED", client.line());
            assertEquals("VALUE k" + i + " 0 4", client.line());
            assertEquals(Integer.toString(1000 + i % 9000), client.line());
            assertEquals("END", client.line());
            assertEquals(Integer.toString(1001 + i % 9000), client.line());
        }
        sender.join();
        assertEquals(0, client.stat("curr_items"));
    }

    @Test
    void losesNoIncrementOfEightClientsThatCompareAndSet() throws Exception {
        connect().set("n", 0, "0");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> results = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Client client = connect();
            results.add(threads.submit(() -> increment(client)));
        }
        for (Future<?> result : results) {
            result.get();
        }
        threads.shutdown();
        assertEquals("VALUE n 0 4\n1600\nEND\n", connect().untilEnd("get n"));
    }

    private static Void increment(Client client) throws IOException {
        int done = 0;
        while (done < 200) {
            String header = client.ask("gets n");
            int next = Integer.parseInt(client.line()) + 1;
            client.line();
            String cas = header.substring(header.lastIndexOf(' ') + 1);
            String length = Integer.toString(Integer.toString(next).length());
            if (client.ask("cas n 0 0 " + length + " " + cas + "\r\n" + next).equals("STORED")) {
                done++;
            }
        }
        return null;
    }

    private static long cas(Client client, String command) throws IOException {
        String header = client.untilEnd(command).lines().findFirst().orElseThrow();
        return Long.parseUnsignedLong(header.substring(header.lastIndexOf(' ') + 1));
    }

    @Test
    void givesEveryChangeItsOwnCasIdAndKeepsItOnTouch() throws IOException {
        Client client = connect();
        Set<Long> ids = new HashSet<>();
        client.set("a", 0, "1");
        ids.add(cas(client, "gets a"));
        client.ask("incr a 1");
        ids.add(cas(client, "gets a"));
        client.ask("append a 0 0 1\r\n1");
        long appended = cas(client, "gets a");
        ids.add(appended);
        client.ask("touch a 100");
        assertEquals(appended, cas(client, "gets a"));
        assertEquals(appended, cas(client, "gats 200 a"));
        client.set("a", 0, "1");
        ids.add(cas(client, "gets a"));
        assertEquals(4, ids.size());
    }

    @Test
    void startsCasIdsHighAndElsewhereAfterARestart() throws IOException {
        Client client = connect();
        client.set("a", 0, "1");
        long before = cas(client, "gets a");
        restart(TestConfigs.memory(64L * MEGABYTE));
        Client again = connect();
        again.set("a", 0, "1");
        long after = cas(again, "gets a");
        assertTrue(before >= 1L << 32 && after >= 1L << 32, before + " and " + after);
        assertTrue(Math.abs(before - after) > 1_000_000, before + " and " + after);
    }

    @Test
    void tellsTheSameStartAllItsLife() throws IOException {
        Client client = connect();
        Set<Long> starts = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            ticker.pass(Duration.ofMillis(370));
            starts.add(client.stat("time") - client.stat("uptime"));
        }
        assertEquals(Set.of(1_700_000_000L), starts);
        assertEquals(ProcessHandle.current().pid(), client.stat("pid"));
    }

    @Test
    void expiresItemsAtTheirTime() throws IOException {
        Client client = connect();
        client.set("relative", 2, "1");
        client.set("absolute", (int) ticker.seconds() + 2, "1");
        client.set("month", 2_592_000, "1");
        client.set("past", 2_592_001, "1");
        client.set("negative", -1, "1");
        client.set("never", 0, "1");
        String all = "get relative absolute month past negative never";
        ticker.pass(Duration.ofMillis(800));
        assertEquals("relative absolute month never", keys(client.untilEnd(all)));
        ticker.pass(Duration.ofMillis(2300));
        assertEquals("month never", keys(client.untilEnd(all)));
        ticker.pass(Duration.ofDays(31));
        assertEquals("never", keys(client.untilEnd(all)));
    }

    private static String keys(String answer) {
        return String.join(
                " ",
                answer.lines()
                        .filter(line -> line.startsWith("VALUE "))
                        .map(line -> line.split(" ", -1)[1])
                        .toList());
    }

    @Test
    void givesTouchedItemsTheirNewTime() throws IOException {
        Client client = connect();
        client.set("a", 10, "1");
        client.set("b", 10, "1");
        client.set("c", 10, "1");
        ticker.pass(Duration.ofSeconds(9));
        client.ask("touch a 10");
        client.untilEnd("gat 10 b");
        ticker.pass(Duration.ofSeconds(9));
        assertEquals("a b", keys(client.untilEnd("get a b c")));
        ticker.pass(Duration.ofSeconds(1));
        assertEquals("END\n", client.untilEnd("get a b c"));
    }

    @Test
    void flushesLaterWhatIsThereThen() throws IOException {
        Client client = connect();
        client.set("before", 0, "1");
        assertEquals("OK", client.ask("flush_all 10"));
        client.set("after", 0, "1");
        ticker.pass(Duration.ofMillis(9900));
        assertEquals("before after", keys(client.untilEnd("get before after")));
        ticker.pass(Duration.ofMillis(100));
        client.set("later", 0, "1");
        assertEquals("later", keys(client.untilEnd("get before after later")));
        assertEquals(1, client.stat("curr_items"));
    }

    @Test
    void answersARetrievalOfFiveThousandKeys() throws IOException {
        Client client = connect();
        StringBuilder keys = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            client.send("set key-number-" + i + " 0 0 1 noreply\r\n" + i % 10 + "\r\n");
            keys.append(" key-number-").append(i);
        }
        assertEquals(keys.substring(1), keys(client.untilEnd("get" + keys)));
    }

    @Test
    void answersALargeRetrievalToAClientThatReadsLate() throws Exception {
        Client client = connect();
        client.set("a", 0, "x".repeat(MEGABYTE));
        client.send("get" + " a".repeat(100) + "\r\nget a\r\nversion\r\n");
        Client other = connect();
        assertEquals("STORED", other.set("b", 0, "1"));
        for (int i = 0; i < 100; i++) {
            assertEquals("VALUE a 0 " + MEGABYTE, client.line());
            client.bytes(MEGABYTE + 2);
        }
        assertEquals("END", client.line());
        assertEquals("VALUE a 0 " + MEGABYTE, client.line());
        client.bytes(MEGABYTE + 2);
        assertEquals("END", client.line());
        assertEquals("VERSION " + StatsReport.VERSION, client.line());
    }

    @Test
    void closesAConnectionThatSendsALineThatIsNoCommand() throws IOException {
        Client client = connect();
        client.send("x".repeat(3000));
        assertTrue(client.closedByServer());
    }

    @Test
    void survivesALineOfThreeMegabytes() throws IOException {
        Client client = connect();
        assertEquals("CLIENT_ERROR bad command line format", client.ask("get " + "x".repeat(3 * MEGABYTE)));
        Client endless = connect();
        try {
            for (int i = 0; i < 8; i++) {
                endless.send((i == 0 ? "get " : "") + "x".repeat(MEGABYTE));
            }
            assertTrue(endless.closedByServer());
        } catch (java.net.SocketException closedWhileSending) {
            assertEquals("END", connect().ask("get a"));
        }
    }

    @Test
    void takesNoMemoryForAnnouncedLengths() throws IOException {
        for (int i = 0; i < 50; i++) {
            Client client = connect();
            client.send("set a 0 0 2147483645\r\nabc");
            assertEquals("SERVER_ERROR object too large for cache", client.line());
        }
        for (int i = 0; i < 50; i++) {
            connect().send("set a 0 0 " + MEGABYTE + "\r\n");
        }
        Client other = connect();
        assertEquals("STORED", other.set("b", 0, "1"));
        assertTrue(other.stat("read_buf_bytes") < MEGABYTE);
    }

    @Test
    void boundsTheMemoryOfTwoHundredHalfSentValuesAndServesOthers() throws IOException {
        byte[] half = new byte[MEGABYTE / 2];
        int refused = 0;
        for (int i = 0; i < 200; i++) {
            Client client = connect();
            client.send("set a" + i + " 0 0 " + MEGABYTE + "\r\n");
            client.send(half);
        }
        Client other = connect();
        for (int i = 0; i < 100; i++) {
            assertEquals("STORED", other.set("small" + i, 0, "x".repeat(20_000)));
        }
        assertTrue(other.stat("read_buf_bytes") <= 17L * MEGABYTE);
        for (int i = 0; i < 200; i++) {
            Client client = clients.get(i);
            client.send(new byte[MEGABYTE / 2]);
            client.send("\r\n");
            String answer = client.line();
            refused += answer.equals("SERVER_ERROR out of memory storing object") ? 1 : 0;
            assertTrue(answer.equals("STORED") || answer.startsWith("SERVER_ERROR out of memory"), answer);
        }
        assertTrue(refused > 0 && refused < 200, refused + " of 200 refused");
        assertEquals("STORED", other.set("large", 0, "x".repeat(MEGABYTE)));
        assertEquals(0, other.stat("read_buf_bytes"));
        assertEquals(refused, other.stat("store_no_memory"));
    }

    @Test
    void servesOthersWhileClientsNeverReadTheirAnswers() throws Exception {
        Client other = connect();
        other.set("a", 0, "x".repeat(MEGABYTE));
        byte[] gets = "get a\r\n".repeat(10_000).getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 8; i++) {
            connect().send(gets);
        }
        for (int i = 0; i < 100; i++) {
            assertEquals("STORED", other.set("b", 0, "x".repeat(1000)));
        }
        assertTrue(other.stat("read_buf_bytes") <= 33L * MEGABYTE);
        assertTrue(other.stat("cmd_get") < 8 * 100);
        for (Client client : clients.subList(1, 9)) {
            client.close();
        }
        while (other.stat("curr_connections") > 1) {
            Thread.onSpinWait();
        }
        assertEquals(0, other.stat("read_buf_bytes"));
    }

    @Test
    void tellsTheClientThatIsOneTooManyAndServesItWhenAnotherLeaves() throws IOException {
        restart(TestConfigs.config(64L * MEGABYTE, 3, MEGABYTE));
        for (int i = 0; i < 3; i++) {
            assertEquals("VERSION " + StatsReport.VERSION, connect().ask("version"));
        }
        assertEquals("ERROR Too many open connections", connect().line());
        assertTrue(clients.get(3).closedByServer());
        assertEquals(1, clients.get(0).stat("rejected_connections"));
        clients.get(0).close();
        while (clients.get(1).stat("curr_connections") > 2) {
            Thread.onSpinWait();
        }
        assertEquals("VERSION " + StatsReport.VERSION, connect().ask("version"));
    }

    @Test
    void closesItsConnectionsWhenItIsClosed() throws IOException {
        Client client = connect();
        client.ask("version");
        store.close();
        assertTrue(client.closedByServer());
        store.close();
    }

    @Test
    void leavesATakenPortToItsCallersWords() {
        StoreConfig taken = TestConfigs.memory(64L * MEGABYTE).listeningOn(store.address());
        assertThrows(BindException.class, () -> Store.start(taken));
    }

    @Test
    void refusesAMemoryThatTheJavaHeapCannotHold() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> HeapCheck.check(TestConfigs.memory(1L << 30), 512L * MEGABYTE));
        assertEquals(
                "store m1: memory of 1024m needs a Java heap of 1568m and this one has 512m:"
                        + " start java with -Xmx1568m or lower --memory",
                refused.getMessage());
    }

    @Test
    void namesTheRuleThatASettingBreaks() {
        InetSocketAddress any = new InetSocketAddress(0);
        assertSentence(
                "store name 'a-b' is not made of letters, digits and _ alone",
                () -> new StoreConfig("a-b", any, 64 << 20, 1, 1 << 20, 1, false, Optional.empty()));
        assertSentence(
                "store m1: memory of 1m is less than twice the largest item of 1m",
                () -> new StoreConfig("m1", any, 1 << 20, 1, 1 << 20, 1, false, Optional.empty()));
        assertSentence(
                "store m1: 0 connections are not at least 1",
                () -> new StoreConfig("m1", any, 64 << 20, 0, 1 << 20, 1, false, Optional.empty()));
    }

    private static void assertSentence(String sentence, Callable<StoreConfig> wrong) {
        assertEquals(
                sentence,
                assertThrows(IllegalArgumentException.class, wrong::call).getMessage());
    }
}
