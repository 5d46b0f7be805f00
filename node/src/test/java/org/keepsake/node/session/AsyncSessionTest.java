package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.keepsake.node.memcached.MemcachedNodes;

/** What applications write to a session when they answer later, on another thread, is there on the other node. */
@Timeout(120)
class AsyncSessionTest {

    private RealMemcached store;
    private TestNode a;
    private TestNode b;
    private final Browser browser = new Browser();

    @BeforeEach
    void start() {
        store = RealMemcached.start("m1");
        MemcachedNodes stores = new MemcachedNodes(1, List.of(store.node()));
        a = new TestNode("A", stores);
        b = new TestNode("B", stores);
        b.page(
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

    private String onTheOtherNode() {
        return browser.get(b.at("/app/get")).body();
    }

    private static void answer(AsyncContext async) {
        try {
            async.getResponse().getWriter().print("answer");
            async.getResponse().getWriter().close();
            async.complete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void setByAForeignThreadBeforeItCompletes() {
        a.page("/foreign", (request, response) -> {
            var async = request.startAsync();
            Thread thread = new Thread(() -> {
                request.getSession().setAttribute("set", "foreign");
                async.complete();
            });
            thread.start();
        });
        for (int i = 0; i < 50; i++) {
            assertEquals(200, browser.get(a.at("/app/foreign")).statusCode());
            assertEquals("foreign", onTheOtherNode());
        }
    }

    @Test
    void setByAForeignThreadThatWritesTheAnswer() {
        a.page("/written", (request, response) -> {
            var async = request.startAsync();
            new Thread(() -> {
                        request.getSession().setAttribute("set", "written");
                        answer(async);
                    })
                    .start();
        });
        assertEquals("answer", browser.get(a.at("/app/written")).body());
        assertEquals("written", onTheOtherNode());
    }

    @Test
    void setBeforeAForeignThreadWritesTheAnswerAtOnce() {
        a.page("/at-once", (request, response) -> {
            request.getSession().setAttribute("set", "at once");
            var async = request.startAsync();
            new Thread(() -> answer(async)).start();
        });
        for (int i = 0; i < 50; i++) {
            browser.cookie("");
            assertEquals("answer", browser.get(a.at("/app/at-once")).body());
            assertEquals("at once", onTheOtherNode());
        }
    }

    @Test
    void setAfterADispatch() {
        a.page("/begin", (request, response) -> {
            var async = request.startAsync();
            async.start(() -> {
                request.getSession().setAttribute("begun", "yes");
                async.dispatch("/end");
            });
        });
        a.page("/end", (request, response) -> {
            request.getSession().setAttribute("set", request.getSession().getAttribute("begun") + " dispatched");
            response.getWriter().print("end");
        });
        assertEquals("end", browser.get(a.at("/app/begin")).body());
        assertEquals("yes dispatched", onTheOtherNode());
    }

    @Test
    void setWhenTheTimeIsOver() {
        a.page("/late", (request, response) -> {
            var async = request.startAsync();
            async.setTimeout(100);
            async.addListener(new OnTimeout(() -> {
                request.getSession().setAttribute("set", "timeout");
                async.complete();
            }));
        });
        assertEquals(200, browser.get(a.at("/app/late")).statusCode());
        assertEquals("timeout", onTheOtherNode());
    }

    private record OnTimeout(Runnable action) implements AsyncListener {

        @Override
        public void onTimeout(AsyncEvent event) {
            action.run();
        }

        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }
}
