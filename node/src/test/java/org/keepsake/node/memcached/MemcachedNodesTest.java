package org.keepsake.node.memcached;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemcachedNodesTest {

    @Test
    void readsNameHostAndPort() {
        assertEquals(new MemcachedNode("m1", "127.0.0.1", 11211, false), MemcachedNode.parse("m1:127.0.0.1:11211"));
        assertEquals(new MemcachedNode("m_2", "cache.lan", 1, false), MemcachedNode.parse(" m_2:cache.lan:1 "));
    }

    @Test
    void readsAnIpv6AddressInBracketsAndWritesItSo() {
        MemcachedNode node = MemcachedNode.parse("m1:[::1]:11211");
        assertEquals("::1", node.host());
        assertEquals("m1:[::1]:11211", node.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "m1           | memcached node \"m1\": no host and port; write NAME:HOST:PORT",
                "m1:127.0.0.1 | memcached node \"m1:127.0.0.1\": no port; write NAME:HOST:PORT",
                "m1:host:     | memcached node \"m1:host:\": no port; write NAME:HOST:PORT",
                "m1::11211    | memcached node \"m1::11211\": no host; write NAME:HOST:PORT",
                "m1:h:x       | memcached node \"m1:h:x\": \"x\" is not a port number; write NAME:HOST:PORT",
                "m1:h:1:2     | memcached node \"m1:h:1:2\": \"1:2\" is not a port number; write NAME:HOST:PORT",
                "m1:[::1:2    | memcached node \"m1:[::1:2\": the [ is not closed; write NAME:HOST:PORT",
                "m1:h:0       | memcached node m1: port 0 is not between 1 and 65535",
                "m1:h:70000   | memcached node m1: port 70000 is not between 1 and 65535",
                "m1:h:99999999999 | memcached node m1: port 2147483647 is not between 1 and 65535",
                "m-1:h:1      | memcached node \"m-1\": the name may hold only letters, digits and _",
                ":h:1         | memcached node \"\": the name may hold only letters, digits and _",
                "m1:a b:1     | memcached node m1: \"a b\" is not a host name or address",
            })
    void saysInOneSentenceWhatIsWrong(String text, String sentence) {
        assertEquals(sentence, refusal(() -> MemcachedNode.parse(text)));
    }

    @Test
    void keepsTheOrderOfTheListAndMarksFailoverStores() {
        MemcachedNodes nodes = MemcachedNodes.parse("m2:a:1,m1:b:2", Set.of("m1"));
        assertEquals(
                List.of(new MemcachedNode("m2", "a", 1, false), new MemcachedNode("m1", "b", 2, true)), nodes.nodes());
    }

    @Test
    void refusesANameListedTwice() {
        assertEquals(
                "memcached node m1 is listed twice: names must be unique",
                refusal(() -> MemcachedNodes.parse("m1:a:1,m1:b:1", Set.of())));
    }

    @Test
    void refusesAFailoverNameThatIsNoStore() {
        assertEquals(
                "failover node m3 is not one of the memcached nodes",
                refusal(() -> MemcachedNodes.parse(List.of("m1:a:1", "m2:b:1"), Set.of("m1", "m3"))));
    }

    private static String refusal(Executable parse) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, parse).getMessage());
    }
}
