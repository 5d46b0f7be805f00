package org.keepsake.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same bytes to our store and to Debian's memcached: the same bytes must come back. Each conversation is held at
 * once, and byte by byte; it ends with a command whose answer nothing else gives.
 */
class TextProtocolComparisonTest extends ComparisonTest {

    private static final String LAST = "MARK-NOT-A-COMMAND\r\ntouch no-such-key-at-all 0";
    private static final String K250 = "k".repeat(250);
    private static final String K251 = "k".repeat(251);

    TextProtocolComparisonTest() throws IOException {}

    static Stream<String> conversations() {
        return Stream.of(
                        // What is no command.
                        "",
                        " ",
                        "a",
                        "GET a",
                        "foo\nversions\n",
                        "foo noreply",
                        "MN",
                        // Retrieval.
                        "get",
                        "get ",
                        "gets",
                        "get a b",
                        " get a",
                        "get " + K250,
                        "get " + K251,
                        "get a " + K251,
                        "get " + "x ".repeat(300),
                        "set a 7 0 1\n1\nget a a b a",
                        // Storage.
                        "set",
                        "set a",
                        "set a 0 0",
                        "set a 0 0 x",
                        "set a 0 0 -1",
                        "set a x 0 1\n1",
                        "set a -1 0 1\n1",
                        "set a 4294967295 0 1\n1\nget a",
                        "set a 65536 0 1\n1\nget a",
                        "set a 1x 0 1\n1",
                        "set a 0 0 1x\n1",
                        "set a 0 x 1\n1",
                        "set a 0 0.5 1\n1",
                        "set a +1 0 1\n1\nget a",
                        "set a 00 00 01\n1\nget a",
                        "set a 0 0 1 noreply\n1\nget a",
                        "set a 0 0 1 foo\n1\nget a",
                        "set a 0 0 1 foo bar\n1",
                        "set a 0 0 1 foo bar noreply\n1",
                        "set " + K250 + " 0 0 1\n1\nget " + K250,
                        "set " + K251 + " 0 0 1\n1",
                        "set " + K251 + " 0 0 1 noreply\n1",
                        "set  a  0  0  1 \n1\nget  a  ",
                        "set a\tb 0 0 1\n1\nget a\tb",
                        "set \u00c3\u00a4 0 0 1\n1\nget \u00c3\u00a4",
                        "set a 0 0 0\n\nget a",
                        "set a 0 0 4\n\r\n\r\n\nget a",
                        "set a 0 0 3\nabcdef\nget a",
                        "set a 0 0 3\nab\nget a",
                        "set a 0 0 1\n1\nset a 0 0 3\nabcd\nget a",
                        "set a 0 0 2147483647",
                        "set a 0 0 1\n1\nset a 0 0 1048577\n" + "x".repeat(1048577) + "\nget a",
                        "set a 0 0 1\n1\nset a 0 0 1048577 noreply\n" + "x".repeat(1048577) + "\nget a",
                        "set a 0 0 1\n1\nadd a 0 0 1048577\n" + "x".repeat(1048577) + "\nget a",
                        "set a 0 0 1\n1\nreplace a 0 0 1048577\n" + "x".repeat(1048577) + "\nget a",
                        "set a 0 0 1\n1\nappend a 0 0 1048577\n" + "x".repeat(1048577) + "\nget a",
                        "set a 0 0 1048000\n" + "x".repeat(1048000) + "\nappend a 0 0 1000\n" + "y".repeat(1000)
                                + "\ntouch a 0",
                        "set a 5 0 1\n1\nadd a 6 0 1\n2\nget a\nappend a 9 9 1\n3\nprepend a 9 9 1\n0\nget a",
                        "set a 5 0 1\n1\nreplace a 7 0 1\n9\nget a",
                        "replace b 0 0 1\n1\nappend b 0 0 1\n1\nprepend b 0 0 1\n1\nadd b 0 0 1\n1\nget b",
                        "add a 0 0 1 noreply\n1\nreplace a 0 0 1 noreply\n2\nappend a 0 0 1 noreply\n3\n"
                                + "prepend a 0 0 1 noreply\n4\nget a",
                        // Check and set.
                        "cas a 0 0 1\n1",
                        "cas a 0 0 1 x\n1",
                        "cas a 0 0 1 1\n1\nget a",
                        "set a 0 0 1\n1\ncas a 0 0 1 18446744073709551615\n2\nget a",
                        "set a 0 0 1\n1\ncas a 0 0 1 18446744073709551615 noreply\n2\nget a",
                        "cas a 0 0 1 18446744073709551616\n2",
                        "cas a 0 0 1 noreply\n1",
                        // Deletion.
                        "delete",
                        "delete a",
                        "set a 0 0 1\n1\ndelete a\nget a\ndelete a",
                        "set a 0 0 1\n1\ndelete a 0\nget a",
                        "set a 0 0 1\n1\ndelete a 5\nget a",
                        "set a 0 0 1\n1\ndelete a noreply\nget a",
                        "set a 0 0 1\n1\ndelete a 0 noreply\nget a",
                        "set a 0 0 1\n1\ndelete a 5 noreply\nget a",
                        "delete a b c",
                        "delete a b c d",
                        "delete noreply",
                        "delete " + K251,
                        // Arithmetic.
                        "incr a",
                        "incr a 1",
                        "decr a 1",
                        "incr a x",
                        "incr a -1",
                        "incr a 1x",
                        "incr a 1 2 3",
                        "incr a 18446744073709551616",
                        "incr " + K251 + " 1",
                        "set a 3 0 2\n10\nincr a 1\ndecr a 2\nget a\nincr a 1\nget a\nincr a 995\nget a",
                        "set a 0 0 2\n10\nincr a +1\nincr a 1 foo\nincr a 1 noreply\ndecr a 1 noreply\nget a",
                        "set a 0 0 20\n18446744073709551615\nincr a 1\nget a",
                        "set a 0 0 20\n18446744073709551616\nincr a 1\nget a",
                        "set a 0 0 1\n5\ndecr a 10\nincr a 18446744073709551615\nincr a 2\nget a",
                        "set a 0 0 1\nx\nincr a 1\nincr a 1 noreply",
                        "set a 0 0 0\n\nincr a 1",
                        "set a 0 0 3\n1x2\nincr a 1",
                        "set a 0 0 3\n1 2\nincr a 1\nget a",
                        "set a 0 0 3\n 12\nincr a 1\nget a",
                        "set a 0 0 2\n-1\nincr a 1",
                        "set a 0 0 25\n0000000000000000000000012\nincr a 1\nget a",
                        // Touch.
                        "touch",
                        "touch a",
                        "touch a x",
                        "touch a 0",
                        "touch a 0 foo bar",
                        "touch " + K251 + " 0",
                        "set a 0 0 1\n1\ntouch a 100\ntouch a 100 noreply\nget a\ntouch a -1\nget a",
                        "gat",
                        "gat 10",
                        "gat x a",
                        "gat 10 a",
                        "gat 10 " + K251,
                        "set a 0 0 1\n1\ngat 10 a b a\ngat -1 a\nget a",
                        // Expiration.
                        "set a 0 -1 1\n1\nget a",
                        "set a 0 -99999 1\n1\nget a",
                        "set a 0 2592000 1\n1\nget a",
                        "set a 0 2592001 1\n1\nget a",
                        "set a 0 2147483647 1\n1\nget a",
                        "set a 0 0 1\n1\nset a 0 -1 1\n2\nadd a 0 0 1\n3\nget a",
                        // The rest.
                        "flush_all x",
                        "flush_all 0 1 2",
                        "set a 0 0 1\n1\nflush_all\nget a\nset a 0 0 1\n2\nget a",
                        "set a 0 0 1\n1\nflush_all noreply\nget a",
                        "set a 0 0 1\n1\nflush_all 0 noreply\nget a",
                        "set a 0 0 1\n1\nflush_all -5\nget a",
                        "set a 0 0 1\n1\nflush_all 100\nget a\nflush_all\nget a",
                        "verbosity",
                        "verbosity 1",
                        "verbosity x",
                        "verbosity 0 1",
                        "verbosity noreply",
                        "verbosity 0 noreply",
                        "verbosity 0 1 2",
                        "stats foo",
                        "stats reset",
                        "stats reset noreply",
                        "shutdown",
                        // The crawler, but for what memcached does in the background: it hangs when more follows.
                        "lru_crawler",
                        "lru_crawler x",
                        "lru_crawler x 1",
                        "lru_crawler metadump",
                        "lru_crawler metadump all x",
                        "lru_crawler metadump all noreply",
                        "lru_crawler metadump 0",
                        "lru_crawler metadump 64",
                        "lru_crawler metadump 1,x",
                        "lru_crawler mgdump all",
                        "lru_crawler crawl x",
                        "lru_crawler crawl",
                        "lru_crawler tocrawl 5",
                        "lru_crawler tocrawl x",
                        "lru_crawler sleep 0",
                        "lru_crawler sleep 1000001",
                        "lru_crawler sleep x",
                        "lru_crawler enable",
                        "lru_crawler enable noreply",
                        "quit",
                        "quit noreply",
                        "GET / HTTP/1.1\nHost: a\n\n",
                        "get / HTTP/1.1\nHost: a\n\n")
                .map(conversation -> conversation
                        .replace("\r\n", "\u0000")
                        .replace("\n", "\r\n")
                        .replace("\u0000", "\r\n"));
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void answersAsMemcachedDoes(String conversation) throws IOException {
        assertEquals(
                answer(theirs(), conversation, false), answer(ours, conversation, false), () -> brief(conversation));
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void answersAsMemcachedDoesWhenTheBytesComeOneByOne(String conversation) throws IOException {
        if (conversation.length() < 2000) {
            String expected = answer(theirs(), conversation, false);
            assertEquals(expected, answer(ours, conversation, true), () -> brief(conversation));
        }
    }

    private static String brief(String conversation) {
        return conversation.substring(0, Math.min(100, conversation.length()));
    }

    private static String answer(MemcachedServer server, String conversation, boolean byteByByte) throws IOException {
        try (Client client = server.connect()) {
            client.ask("flush_all");
            try {
                send(client, (conversation + "\r\n" + LAST + "\r\n").getBytes(StandardCharsets.ISO_8859_1), byteByByte);
                return client.until("ERROR\r\nNOT_FOUND");
            } catch (SocketException e) {
                return "<closed>";
            }
        }
    }

    private static void send(Client client, byte[] bytes, boolean byteByByte) throws IOException {
        if (!byteByByte) {
            client.send(bytes);
            return;
        }
        for (byte b : bytes) {
            client.send(new byte[] {b});
        }
    }
}
