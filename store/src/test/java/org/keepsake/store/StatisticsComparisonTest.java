package org.keepsake.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What our store counts is what Debian's memcached counts, exactly. */
class StatisticsComparisonTest {

    private static final List<String> COUNTED = List.of(
            "cmd_get",
            "cmd_set",
            "cmd_flush",
            "cmd_touch",
            "get_hits",
            "get_misses",
            "delete_misses",
            "delete_hits",
            "incr_misses",
            "incr_hits",
            "decr_misses",
            "decr_hits",
            "cas_misses",
            "cas_hits",
            "cas_badval",
            "touch_hits",
            "touch_misses",
            "store_too_large",
            "curr_items",
            "curr_connections",
            "limit_maxbytes",
            "evictions");

    @Test
    void countsWhatMemcachedCounts() throws IOException {
        try (MemcachedServer theirs = MemcachedServer.debians();
                MemcachedServer ours = MemcachedServer.ours()) {
            assertEquals(afterSomeCommands(theirs), afterSomeCommands(ours));
        }
    }

    @Test
    void countsWhatMemcachedCountsOfTheBinaryProtocol() throws IOException {
        try (MemcachedServer theirs = MemcachedServer.debians();
                MemcachedServer ours = MemcachedServer.ours()) {
            assertEquals(afterSomePackets(theirs), afterSomePackets(ours));
        }
    }

    private static Map<String, Long> afterSomePackets(MemcachedServer server) throws IOException {
        try (Client binary = server.connect();
                Client text = server.connect()) {
            long id = binary.ask(Packet.store(0x01, "a", "1")).cas();
            for (int get : List.of(0x00, 0x0c)) {
                binary.ask(Packet.request(get, "a"));
                binary.ask(Packet.request(get, "c"));
            }
            for (int touch : List.of(0x1c, 0x1d, 0x23)) {
                binary.ask(Packet.request(touch, Packet.ints(100), "a", ""));
                binary.ask(Packet.request(touch, Packet.ints(100), "c", ""));
            }
            binary.ask(Packet.store(0x01, "a", "2").withCas(id));
            binary.ask(Packet.store(0x01, "a", "3").withCas(id));
            binary.ask(Packet.store(0x03, "c", "3").withCas(id));
            binary.ask(Packet.store(0x02, "a", "3"));
            binary.ask(Packet.request(0x0e, "", "a", "4"));
            for (int arithmetic : List.of(0x05, 0x06)) {
                binary.ask(Packet.delta(arithmetic, "a", 1, 0, 0));
                binary.ask(Packet.delta(arithmetic, "a", 1, 0, 0).withCas(id));
                binary.ask(Packet.delta(arithmetic, "c", 1, 0, -1));
                binary.ask(Packet.delta(arithmetic, "n" + arithmetic, 1, 0, 0));
            }
            binary.ask(Packet.request(0x04, "a").withCas(id));
            binary.ask(Packet.request(0x04, "a"));
            binary.ask(Packet.request(0x04, "a"));
            binary.ask(Packet.request(0x08, Packet.ints(1000), "", ""));
            return counted(text);
        }
    }

    @Test
    void namesTheLargestItemInItsSettings() throws IOException {
        try (MemcachedServer ours = MemcachedServer.ours();
                Client client = ours.connect()) {
            String settings = client.untilEnd("stats settings");
            assertEquals(
                    List.of("STAT item_size_max 1048576", "STAT maxbytes 67108864", "STAT maxconns 1024"),
                    settings.lines()
                            .filter(line -> line.matches("STAT (item_size_max|maxbytes|maxconns) .*"))
                            .sorted()
                            .toList());
        }
    }

    private static Map<String, Long> afterSomeCommands(MemcachedServer server) throws IOException {
        try (Client client = server.connect()) {
            client.set("a", 0, "1");
            client.set("b", 100, "x");
            client.ask("add a 0 0 1\r\n2");
            client.untilEnd("get a b c");
            client.untilEnd("gets a c");
            client.untilEnd("gat 10 a c");
            client.ask("touch a 0");
            client.ask("touch c 0");
            client.ask("incr a 1");
            client.ask("incr c 1");
            client.ask("incr b 1");
            client.ask("decr a 1");
            client.ask("decr c 1");
            client.ask("cas a 0 0 1 18446744073709551615\r\n1");
            client.ask("cas c 0 0 1 1\r\n1");
            String item = client.untilEnd("gets a").lines().findFirst().orElseThrow();
            client.ask("cas a 0 0 1 " + item.substring(item.lastIndexOf(' ') + 1) + "\r\n1");
            client.ask("delete c");
            client.ask("set d 0 0 2000000\r\n" + "x".repeat(2000000));
            client.ask("delete b");
            client.ask("flush_all 1000");
            return counted(client);
        }
    }

    private static Map<String, Long> counted(Client client) throws IOException {
        Map<String, Long> counted = new TreeMap<>();
        for (String name : COUNTED) {
            counted.put(name, client.stat(name));
        }
        return counted;
    }
}
