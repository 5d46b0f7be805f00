package org.keepsake.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the binary protocol has of its own, and where it differs from memcached on purpose. */
@Timeout(120)
class BinaryProtocolTest {

    private static final int MEGABYTE = TestConfigs.MEGABYTE;
    private static final int GET = 0x00;
    private static final int SET = 0x01;
    private static final int SETQ = 0x11;
    private static final int NOOP = 0x0a;
    private static final int APPEND = 0x0e;
    private static final int STAT = 0x10;
    private static final int VERBOSITY = 0x1b;
    private static final int TOUCH = 0x1c;
    private static final int TOO_LARGE = 3;
    private static final int OUT_OF_MEMORY = 0x82;

    private final Store store = Store.start(TestConfigs.memory(64L * MEGABYTE));
    private final List<Client> clients = new ArrayList<>();
    private final Client client = connect();

    BinaryProtocolTest() throws IOException {}

    private Client connect() throws IOException {
        Client added = new Client(store.address());
        clients.add(added);
        return added;
    }

    @AfterEach
    void stop() throws IOException {
        for (Client opened : clients) {
            opened.close();
        }
        store.close();
    }

    @Test
    void sharesItemsAndCasIdsWithTheTextProtocol() throws IOException {
        long id = client.ask(Packet.store(SET, "a", "binary")).cas();
        Client text = connect();
        assertEquals("VALUE a 5 6 " + id + "\nbinary\nEND\n", text.untilEnd("gets a"));
        assertEquals("STORED", text.ask("cas a 6 0 4 " + id + "\r\ntext"));
        Packet answer = client.ask(Packet.request(GET, "a"));
        assertEquals(Packet.ints(6) + "text", answer.extras() + answer.value());
        assertNotEquals(id, answer.cas());
    }

    @Test
    void storesTheLargestValueAndRefusesOneByteMore() throws IOException {
        assertEquals(0, client.ask(Packet.store(SET, "a", "x".repeat(MEGABYTE))).field());
        assertEquals(MEGABYTE, client.ask(Packet.request(GET, "a")).value().length());
        assertEquals(
                TOO_LARGE,
                client.ask(Packet.store(SET, "a", "x".repeat(MEGABYTE + 1))).field());
        assertEquals(1, client.ask(Packet.request(GET, "a")).field());
    }

    @Test
    void keepsWhatATooLargeCompareAndSetWasToReplace() throws IOException {
        long id = client.ask(Packet.store(SET, "a", "1")).cas();
        Packet tooLarge = Packet.store(SET, "a", "x".repeat(MEGABYTE + 1)).withCas(id);
        assertEquals(TOO_LARGE, client.ask(tooLarge).field());
        assertEquals("1", client.ask(Packet.request(GET, "a")).value());
    }

    @Test
    void letsTheWholeBodyOfAnUnknownCommandPass() throws IOException {
        assertEquals(
                0x81, client.ask(Packet.request(0x7f, "extras", "key", "value")).field());
        assertEquals(0, client.ask(Packet.request(NOOP)).field());
    }

    @Test
    void setsTheVerbosity() throws IOException {
        assertEquals(
                0, client.ask(Packet.request(VERBOSITY, Packet.ints(0), "", "")).field());
        assertEquals(4, client.ask(Packet.request(VERBOSITY)).field());
        assertTrue(client.closedByServer());
    }

    @Test
    void answersBeforeItClosesForAValueWhereNoneBelongs() throws IOException {
        client.ask(Packet.store(SET, "a", "1"));
        Packet touched = client.ask(Packet.request(TOUCH, Packet.ints(100), "a", "no value belongs here"));
        assertEquals(0, touched.field());
        assertTrue(client.closedByServer());
    }

    @Test
    void tellsTheSameStatisticsAsTheTextProtocol() throws IOException {
        client.ask(Packet.store(SET, "a", "1"));
        Client text = connect();
        for (String section : List.of("settings", "items", "sizes")) {
            StringBuilder binary = new StringBuilder();
            for (Packet answer = client.ask(Packet.request(STAT, section));
                    !answer.key().isEmpty();
                    answer = client.packet()) {
                binary.append("STAT " + answer.key() + " " + answer.value() + "\n");
            }
            assertEquals(text.untilEnd("stats " + section), binary + "END\n");
        }
        assertEquals(ProcessHandle.current().pid(), client.stat(Packet.request(STAT), "pid"));
    }

    @Test
    void takesNoMemoryForAnnouncedLengths() throws IOException {
        for (long announced : List.of(0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL)) {
            for (int opcode : List.of(SET, SETQ, APPEND)) {
                String extras = opcode == APPEND ? "" : Packet.longs(0);
                Packet request = Packet.request(opcode, extras, "a", "");
                assertEquals(
                        TOO_LARGE,
                        connect().ask(request.withBodyLength(announced)).field());
            }
        }
        for (int i = 0; i < 50; i++) {
            connect().send(Packet.store(SET, "a", "").withBodyLength(MEGABYTE).bytes());
        }
        assertEquals(0, client.ask(Packet.store(SET, "b", "1")).field());
        assertTrue(client.stat(Packet.request(STAT), "read_buf_bytes") < MEGABYTE);
    }

    @Test
    void boundsTheMemoryOfHalfSentValuesAndServesOthers() throws IOException {
        String half = "x".repeat(MEGABYTE / 2);
        List<Client> sending = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Client sender = connect();
            sender.send(Packet.store(SET, "a" + i, half)
                    .withBodyLength(half.length() * 2L)
                    .bytes());
            sending.add(sender);
        }
        assertEquals(0, client.ask(Packet.store(SET, "small", "1")).field());
        assertTrue(client.stat(Packet.request(STAT), "read_buf_bytes") <= 17L * MEGABYTE);
        int refused = 0;
        for (Client sender : sending) {
            sender.send(half);
            int status = sender.packet().field();
            assertTrue(status == 0 || status == OUT_OF_MEMORY, "status " + status);
            refused += status == OUT_OF_MEMORY ? 1 : 0;
            sender.send(Packet.request(NOOP).bytes());
        }
        assertTrue(refused > 0 && refused < 100, refused + " of 100 refused");
    }

    @Test
    void servesOthersWhileAClientNeverReadsItsAnswers() throws IOException {
        client.ask(Packet.store(SET, "a", "x".repeat(MEGABYTE)));
        Client silent = connect();
        for (int i = 0; i < 1000; i++) {
            silent.send(Packet.request(GET, "a").bytes());
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(0, client.ask(Packet.store(SET, "b", "1")).field());
        }
        assertTrue(client.stat(Packet.request(STAT), "read_buf_bytes") <= 4L * MEGABYTE);
    }
}
