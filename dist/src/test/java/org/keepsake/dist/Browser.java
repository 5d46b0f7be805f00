package org.keepsake.dist;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One user: a cookie jar and one HTTP/1.1 connection that is kept alive.
 *
 * <p>Unlike the JDK's clients it never sends a request twice behind the test's back: a connection that ends without an
 * answer is an {@link IOException}, and the next request opens a new one. Not thread-safe.
 */
final class Browser implements AutoCloseable {

    private final InetSocketAddress server;
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private @Nullable Connection connection;

    Browser(InetSocketAddress server) {
        this.server = server;
    }

    /** The same user, with the same cookies, at another address. */
    Browser at(InetSocketAddress other) {
        Browser browser = new Browser(other);
        browser.cookies.putAll(cookies);
        return browser;
    }

    /** Asks once, without cookies, on a connection of its own. */
    static Answer once(InetSocketAddress server, String path) throws IOException {
        try (Browser browser = new Browser(server)) {
            return browser.get(path);
        }
    }

    Answer get(String path) throws IOException {
        Connection open = connection == null ? Connection.open(server) : connection;
        connection = open;
        try {
            open.send(request(path));
            Answer answer = open.receive();
            remember(answer);
            if (answer.header("Connection").equalsIgnoreCase("close")) {
                close();
            }
            return answer;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private String request(String path) {
        String cookie = cookies.isEmpty() ? "" : "Cookie: " + cookieHeader() + "\r\n";
        return "GET " + path + " HTTP/1.1\r\nHost: " + server.getHostString() + ":" + server.getPort() + "\r\n" + cookie
                + "\r\n";
    }

    private String cookieHeader() {
        List<String> pairs = new ArrayList<>();
        cookies.forEach((name, value) -> pairs.add(name + "=" + value));
        return String.join("; ", pairs);
    }

    private void remember(Answer answer) {
        for (String line : answer.all("Set-Cookie")) {
            String pair = line.split(";", 2)[0];
            int equals = pair.indexOf('=');
            cookies.put(
                    pair.substring(0, equals).strip(),
                    pair.substring(equals + 1).strip());
        }
    }
}
