package org.keepsake.node.memcached;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against real memcached processes that speak one protocol only, and are asked in the other one. */
class WrongProtocolTest {

    private final Stores stores = new Stores();

    @AfterEach
    void close() throws Exception {
        stores.closeAll();
    }

    private List<String> linesOf(Protocol asked, String... options) throws Exception {
        MemcachedProcess memcached = stores.closing(MemcachedProcess.start(options));
        try (LogLines log = new LogLines(Keeper.class)) {
            MemcachedConnection store = stores.connect(asked, Optional.empty(), memcached.node("m1"));
            assertFalse(store.up());
            return log.lines();
        }
    }

    @Test
    void aStoreThatSpeaksOnlyTextSaysWhatToType() throws Exception {
        assertEquals(
                List.of("store m1: down (it speaks only the text protocol; start the nodes with"
                        + " --memcached-protocol=text); trying again each 5 s"),
                linesOf(Protocol.BINARY, "-B", "ascii"));
    }

    @Test
    void aStoreThatSpeaksOnlyTheBinaryProtocolSaysWhatToType() throws Exception {
        assertEquals(
                List.of("store m1: down (it speaks only the binary protocol; start the nodes with"
                        + " --memcached-protocol=binary); trying again each 5 s"),
                linesOf(Protocol.TEXT, "-B", "binary"));
    }

    @Test
    void aStoreThatStandsStillIsNotTakenForOneThatSpeaksAnotherLanguage() throws Exception {
        MemcachedProcess memcached = stores.closing(MemcachedProcess.start());
        memcached.freeze();
        try (LogLines log = new LogLines(Keeper.class)) {
            MemcachedConnection store = stores.connect(Protocol.BINARY, Optional.empty(), memcached.node("m1"));
            assertEquals(List.of("store m1: down (no answer within 1000 ms)"), log.lines());
            memcached.thaw();
            Await.until("up", store::up);
            assertTrue(
                    log.lines().stream().noneMatch(line -> line.contains("only")),
                    log.lines().toString());
        }
    }
}
