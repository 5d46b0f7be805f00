package org.keepsake.node.memcached;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One connection of a {@link FakeStore}, in its protocol. Commands are named as in the text protocol. */
abstract class Talk {

    private final InputStream in;
    private final OutputStream out;

    Talk(Socket client) throws IOException {
        in = new BufferedInputStream(client.getInputStream());
        out = client.getOutputStream();
    }

    static Talk in(Protocol protocol, Socket client) throws IOException {
        return protocol == Protocol.TEXT ? new TextTalk(client) : new BinaryTalk(client);
    }

    final InputStream in() {
        return in;
    }

    final void say(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    final void say(String text) throws IOException {
        say(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Waits for the next command: {@code gets k}, {@code add k 0 EXPIRY LENGTH}, {@code touch k EXPIRY} and so on. */
    abstract String command() throws IOException;

    /** Takes the value that follows a storage command. */
    abstract byte[] value() throws IOException;

    abstract void found(String key, long cas, String value) throws IOException;

    abstract void absent() throws IOException;

    abstract void stored() throws IOException;

    abstract void outOfMemory() throws IOException;

    /** That something behind the store did not answer. */
    abstract void backendTimeout() throws IOException;

    abstract void version() throws IOException;

    abstract void stats(Map<String, String> stats) throws IOException;
}
