package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.keepsake.node.memcached.MemcachedNodes;

/** Applications that are called on an I/O thread, which serves all other connections too. */
@Timeout(120)
class NonBlockingSessionTest {

    private static final int LARGE = 3_000_000;

    private RealMemcached store;
    private TestNode a;
    private TestNode b;
    private final Browser browser = new Browser();

    @BeforeEach
    void start() {
        store = RealMemcached.start("m1");
        MemcachedNodes stores = new MemcachedNodes(1, List.of(store.node()));
        a = new TestNode("A", stores)
                .page("/small", (request, response) -> write(request, response, 10))
                .page("/none", (request, response) -> write(request, response, 0))
                .page("/large", (request, response) -> write(request, response, LARGE))
                .page("/body", NonBlockingSessionTest::read)
                .page("/plain", (request, response) -> response.getWriter().print("plain"));
        b = new TestNode("B", stores)
                .page(
                        "/get",
                        (request, response) ->
                                response.getWriter().print(request.getSession().getAttribute("set")));
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
        store.close();
    }

    /** Answers with so many bytes when there is room for them. */
    private static void write(HttpServletRequest request, HttpServletResponse response, int length) throws IOException {
        request.getSession().setAttribute("set", "yes");
        AsyncContext async = request.startAsync();
        ServletOutputStream out = response.getOutputStream();
        out.setWriteListener(new Writing(async, out, length));
    }

    private static final class Writing implements WriteListener {
        private final AsyncContext async;
        private final ServletOutputStream out;
        private int left;

        Writing(AsyncContext async, ServletOutputStream out, int length) {
            this.async = async;
            this.out = out;
            this.left = length;
        }

        @Override
        public void onWritePossible() throws IOException {
            while (out.isReady()) {
                if (left == 0) {
                    async.complete();
                    return;
                }
                int some = Math.min(left, 10_000);
                left -= some;
                out.write("x".repeat(some).getBytes(StandardCharsets.US_ASCII));
            }
        }

        @Override
        public void onError(Throwable e) {
            async.complete();
        }
    }

    /** Answers when the body of the request has come. */
    private static void read(HttpServletRequest request, HttpServletResponse response) throws IOException {
        request.getSession().setAttribute("set", "yes");
        AsyncContext async = request.startAsync();
        ServletInputStream in = request.getInputStream();
        in.setReadListener(new ReadListener() {
            @Override
            public void onDataAvailable() throws IOException {
                while (in.isReady() && in.read() >= 0) {
                    // It says nothing.
                }
            }

            @Override
            public void onAllDataRead() throws IOException {
                response.getOutputStream().print("read");
                async.complete();
            }

            @Override
            public void onError(Throwable e) {
                async.complete();
            }
        });
    }

    private String onTheOtherNode() {
        return browser.get(b.at("/app/get")).body();
    }

    private void isThereAtOnce(String page, String body) {
        for (int i = 0; i < 20; i++) {
            browser.cookie("");
            HttpResponse<String> answer = browser.get(a.at("/app" + page));
            assertEquals(200, answer.statusCode());
            assertEquals(body, answer.body());
            assertEquals("yes", onTheOtherNode());
        }
    }

    @Test
    void aShortAnswerComesWhenItsSessionIsSaved() {
        isThereAtOnce("/small", "x".repeat(10));
    }

    @Test
    void anEmptyAnswerComesWhenItsSessionIsSaved() {
        isThereAtOnce("/none", "");
    }

    @Test
    void aLongAnswerComesWhenItsSessionIsSaved() {
        isThereAtOnce("/large", "x".repeat(LARGE));
    }

    @Test
    void anAnswerToABodyComesWhenItsSessionIsSaved() {
        isThereAtOnce("/body", "read");
    }

    @Test
    void whatIsSetInACallbackIsSavedBeforeTheAnswerComes() {
        a.page("/called", (request, response) -> {
            HttpSession session = request.getSession();
            AsyncContext async = request.startAsync();
            ServletOutputStream out = response.getOutputStream();
            out.setWriteListener(new WriteListener() {
                @Override
                public void onWritePossible() {
                    session.setAttribute("set", "yes");
                    async.complete();
                }

                @Override
                public void onError(Throwable e) {
                    async.complete();
                }
            });
        });
        isThereAtOnce("/called", "");
    }

    /** While a store stands still the others who share the I/O thread are served. */
    private void holdsUpNobody(String page) {
        store.freeze();
        CompletableFuture<HttpResponse<String>> waiting = browser.start(a.at("/app" + page));
        long longest = 0;
        for (int i = 0; i < 10; i++) {
            long start = System.nanoTime();
            assertEquals("plain", new Browser().get(a.at("/app/plain")).body());
            longest = Math.max(longest, System.nanoTime() - start);
        }
        assertFalse(waiting.isDone());
        store.thaw();
        HttpResponse<String> answer = waiting.join();
        assertEquals(200, answer.statusCode());
        assertEquals("yes", onTheOtherNode());
        assertTrue(longest < 1_000_000_000L, longest / 1_000_000 + " ms");
    }

    @Test
    void aShortAnswerHoldsUpNobody() {
        holdsUpNobody("/small");
    }

    @Test
    void anEmptyAnswerHoldsUpNobody() {
        holdsUpNobody("/none");
    }

    @Test
    void aLongAnswerHoldsUpNobody() {
        holdsUpNobody("/large");
    }

    @Test
    void anAnswerToABodyHoldsUpNobody() {
        holdsUpNobody("/body");
    }

    @Test
    void anAnswerWhoseSessionCannotBeSavedIsARefusal() {
        store.freeze();
        HttpResponse<String> answer = browser.get(a.at("/app/large"));
        assertEquals(503, answer.statusCode());
        assertEquals("", answer.body());
        assertEquals("1", answer.headers().firstValue("Retry-After").orElse(""));
        assertEquals(List.of(), Browser.sessionCookies(answer));
        store.thaw();
        Waiting.until("A serves again", () -> browser.get(a.at("/app/small")).statusCode() == 200);
        assertNotEquals("", browser.cookie());
    }
}
