package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpSession;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keepsake.node.memcached.MemcachedNodes;

/** A node that meets what a newer version of it wrote, as while a cluster is upgraded node by node. */
class NewerSessionTest {

    private static final byte[] NEWER = {'K', 'S', 'E', 'S', 2, 'n', 'e', 'w'};

    private static final Logger LOG = Logger.getLogger(ExchangeSessions.class.getName());

    private final Queue<String> warnings = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().equals(Level.WARNING)) {
                warnings.add(new SimpleFormatter().formatMessage(record));
            }
        }

        @Override
        public void flush() {
            // Nothing is kept back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    private final Browser browser = new Browser();
    private RealMemcached m1;
    private RealMemcached m2;
    private TestNode node;

    @BeforeEach
    void start() {
        LOG.addHandler(handler);
        m1 = RealMemcached.start("m1");
        m2 = RealMemcached.start("m2");
        node = new TestNode("A", new MemcachedNodes(1, List.of(m1.node(), m2.node())));
        node.page("/x", (request, response) -> request.getSession().setAttribute("x", "1"));
        node.page("/get", (request, response) -> {
            HttpSession session = request.getSession(false);
            response.getWriter().print(session == null ? "no session" : session.getAttribute("x"));
        });
        node.page("/end", (request, response) -> request.getSession().invalidate());
    }

    @AfterEach
    void stop() {
        LOG.removeHandler(handler);
        if (node != null) {
            node.close();
        }
        for (RealMemcached store : new RealMemcached[] {m1, m2}) {
            if (store != null) {
                store.close();
            }
        }
    }

    @Test
    void answers503AndLeavesTheNewerCopyAsItIs() {
        browser.get(node.at("/app/x"));
        String cookie = browser.cookie();
        String key = "s:/app:" + browser.id();
        byte[] good = m2.get(key);
        m2.put(key, NEWER);
        for (String path : List.of("/app/get", "/app/x", "/app/end")) {
            HttpResponse<String> answer = browser.get(node.at(path));
            assertEquals(503, answer.statusCode(), path);
            assertEquals(List.of(), Browser.sessionCookies(answer), path);
        }
        assertArrayEquals(NEWER, m2.get(key));
        assertEquals(cookie, browser.cookie());
        assertEquals(3, warnings.size(), warnings.toString());
        assertTrue(
                warnings.stream()
                        .allMatch(line -> line.contains("is answered 503")
                                && line.contains("on store m2 its record")
                                && line.contains("format 2 is newer than 1")),
                warnings.toString());
        m2.put(key, good);
        assertEquals("1", browser.get(node.at("/app/get")).body());
    }
}
