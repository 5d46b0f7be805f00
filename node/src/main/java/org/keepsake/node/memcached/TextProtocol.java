package org.keepsake.node.memcached;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Stored;

/** The commands of the text protocol, see protocol.txt. */
final class TextProtocol implements Commands {

    private static final Map<String, Outcome> STORE = Map.of("STORED", Outcome.OK, "NOT_STORED", Outcome.NOT_STORED);
    private static final Map<String, Outcome> CAS =
            Map.of("STORED", Outcome.OK, "EXISTS", Outcome.EXISTS, "NOT_FOUND", Outcome.ABSENT);
    private static final Map<String, Outcome> TOUCH = Map.of("TOUCHED", Outcome.OK, "NOT_FOUND", Outcome.ABSENT);
    private static final Map<String, Outcome> LOGIN = Map.of("STORED", Outcome.OK, "CLIENT_ERROR", Outcome.REFUSED);
    private static final Map<String, Outcome> DELETE = Map.of("DELETED", Outcome.OK, "NOT_FOUND", Outcome.ABSENT);

    @Override
    public Command<Reply> gets(String key) {
        List<String> keys = List.of(key);
        return new Command<>(
                bytes("gets " + key + "\r\n"),
                Endings.OF_READ,
                (request, pending, epoch) ->
                        new GetsOperation(request, keys, epoch, pending, replies -> pending.is(replies.get(0))));
    }

    @Override
    public Command<List<Reply>> gets(List<String> keys) {
        return new Command<>(
                bytes("gets " + String.join(" ", keys) + "\r\n"),
                Endings.ofReads(keys.size()),
                (request, pending, epoch) -> new GetsOperation(request, keys, epoch, pending, pending));
    }

    @Override
    public Command<Stored> add(String key, byte[] value, int expiry) {
        return store(storage("add " + key + " 0 " + expiry + " " + value.length, value), STORE);
    }

    @Override
    public Command<Stored> set(String key, byte[] value, int expiry) {
        return store(storage("set " + key + " 0 " + expiry + " " + value.length, value), STORE);
    }

    @Override
    public Command<Stored> cas(String key, long cas, byte[] value, int expiry) {
        String unique = Long.toUnsignedString(cas);
        return store(storage("cas " + key + " 0 " + expiry + " " + value.length + " " + unique, value), CAS);
    }

    @Override
    public Command<Outcome> touch(String key, int expiry) {
        return status(bytes("touch " + key + " " + expiry + "\r\n"), TOUCH);
    }

    @Override
    public Command<Outcome> delete(String key) {
        return status(bytes("delete " + key + "\r\n"), DELETE);
    }

    @Override
    public Command<Outcome> login(Credentials credentials) {
        return status(loginRequest(credentials), LOGIN);
    }

    /** See protocol.txt, "Authentication": the key does not matter. */
    static byte[] loginRequest(Credentials credentials) {
        byte[] login = (credentials.user() + " " + credentials.password()).getBytes(StandardCharsets.UTF_8);
        return storage("set login 0 0 " + login.length, login);
    }

    /** The protocol does not tell the CAS id of what was stored. */
    private static Command<Stored> store(byte[] request, Map<String, Outcome> words) {
        return new Command<>(
                request,
                Endings.OF_STORE,
                (bytes, pending, epoch) -> new StatusOperation(
                        bytes, words, pending, outcome -> pending.is(new Stored(outcome, 0, epoch.number()))));
    }

    private static Command<Outcome> status(byte[] request, Map<String, Outcome> words) {
        return new Command<>(
                request,
                Endings.OF_WRITE,
                (bytes, pending, epoch) -> new StatusOperation(bytes, words, pending, pending));
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
