package org.keepsake.dist;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One user: a cookie jar and one HTTP/1.1 connection that is kept alive.
 *
 * <p>Unlike the JDK's clients it never sends a request twice behind the test's back: a connection that ends without an
 * answer is an {@link IOException}, and the next request opens a new one. Not thread-safe.
 */
final class Browser implements AutoCloseable {

    /** Users know a site's name; of addresses servers check more, which benchmarks are not about. */
    private static final String HOST = "shop.example";

    private final InetSocketAddress server;
    private final CookieJar cookies;
    private @Nullable Connection connection;

    Browser(InetSocketAddress server) {
        this(server, new CookieJar());
    }

    /** One that shares its cookies with others. */
    Browser(InetSocketAddress server, CookieJar cookies) {
        this.server = server;
        this.cookies = cookies;
    }

    /** The same user, with a copy of the same cookies, at another address. */
    Browser at(InetSocketAddress other) {
        return new Browser(other, cookies.copy());
    }

    /** Asks once, without cookies, on a connection of its own. */
    static Answer once(InetSocketAddress server, String path) throws IOException {
        try (Browser browser = new Browser(server)) {
            return browser.get(path);
        }
    }

    Answer get(String path) throws IOException {
        return ask(head("GET", path) + "\r\n");
    }

    Answer post(String path) throws IOException {
        return ask(head("POST", path) + "Content-Length: 0\r\n\r\n");
    }

    /** Sends a form's fields, already encoded. */
    Answer submit(String path, String fields) throws IOException {
        return ask(head("POST", path) + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                + fields.length() + "\r\n\r\n" + fields);
    }

    private Answer ask(String request) throws IOException {
        Connection open = connection == null ? Connection.open(server) : connection;
        connection = open;
        try {
            open.send(request);
            Answer answer = open.receive();
            cookies.remember(answer);
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

    private String head(String method, String path) {
        String sent = cookies.header(path);
        return method + " " + path + " HTTP/1.1\r\nHost: " + HOST + "\r\n"
                + (sent.isEmpty() ? "" : "Cookie: " + sent + "\r\n");
    }
}
