package org.keepsake.node.memcached;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.spy.memcached.ops.Operation;
import org.jspecify.annotations.Nullable;

/** The commands of the text protocol, see protocol.txt. What a node says to a store is chosen here and only here. */
final class TextProtocol {

    private static final int LONGEST_KEY = 250;
    private static final byte[] VERSION = bytes("version\r\n");
    private static final Map<String, Outcome> ANSWERED = Map.of("VERSION", Outcome.OK);
    private static final Map<String, Outcome> STORE = Map.of("STORED", Outcome.OK, "NOT_STORED", Outcome.NOT_STORED);
    private static final Map<String, Outcome> CAS =
            Map.of("STORED", Outcome.OK, "EXISTS", Outcome.EXISTS, "NOT_FOUND", Outcome.ABSENT);
    private static final Map<String, Outcome> TOUCH = Map.of("TOUCHED", Outcome.OK, "NOT_FOUND", Outcome.ABSENT);

    private TextProtocol() {}

    /** A command, ready to be sent. */
    @SuppressWarnings("ArrayRecordComponent") // made, sent, dropped; never compared
    record Command<T>(byte[] request, Endings<T> endings, Creator<T> creator) {

        Operation create(Pending<T> pending, Epoch epoch) {
            return creator.create(request, pending, epoch);
        }
    }

    /** Makes the operation that sends a command and reads its reply. */
    interface Creator<T> {
        Operation create(byte[] request, Pending<T> pending, Epoch epoch);
    }

    static Command<Reply> gets(String key) {
        return new Command<>(
                bytes("gets " + key + "\r\n"),
                Endings.OF_READ,
                (request, pending, epoch) ->
                        new GetsOperation(request, key, epoch.number(), epoch.maxItemSize(), pending));
    }

    static Command<Outcome> add(String key, byte[] value, int expiry) {
        return status(storage("add " + key + " 0 " + expiry + " " + value.length, value), STORE);
    }

    static Command<Outcome> set(String key, byte[] value, int expiry) {
        return status(storage("set " + key + " 0 " + expiry + " " + value.length, value), STORE);
    }

    static Command<Outcome> cas(String key, long cas, byte[] value, int expiry) {
        String unique = Long.toUnsignedString(cas);
        return status(storage("cas " + key + " 0 " + expiry + " " + value.length + " " + unique, value), CAS);
    }

    static Command<Outcome> touch(String key, int expiry) {
        return status(bytes("touch " + key + " " + expiry + "\r\n"), TOUCH);
    }

    static Command<Outcome> version() {
        return status(VERSION, ANSWERED);
    }

    /**
     * Keys are kept to printable ASCII, stricter than protocol.txt: then no two strings can become the same bytes.
     *
     * @return what is wrong with the key, or null
     */
    static @Nullable String objection(String key) {
        if (key.isEmpty() || key.length() > LONGEST_KEY) {
            return "a key of " + key.length() + " characters: 1 to " + LONGEST_KEY + " are allowed";
        }
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) <= ' ' || key.charAt(i) > '~') {
                return "a key with a character that is not printable ASCII at " + i;
            }
        }
        return null;
    }

    private static Command<Outcome> status(byte[] request, Map<String, Outcome> words) {
        return new Command<>(
                request, Endings.OF_WRITE, (bytes, pending, epoch) -> new StatusOperation(bytes, words, pending));
    }

    private static byte[] storage(String header, byte[] value) {
        int start = header.length() + 2;
        byte[] request = new byte[start + value.length + 2];
        System.arraycopy(bytes(header), 0, request, 0, header.length());
        System.arraycopy(value, 0, request, start, value.length);
        lineEnd(request, header.length());
        lineEnd(request, start + value.length);
        return request;
    }

    private static void lineEnd(byte[] request, int at) {
        request[at] = '\r';
        request[at + 1] = '\n';
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.ISO_8859_1);
    }
}
