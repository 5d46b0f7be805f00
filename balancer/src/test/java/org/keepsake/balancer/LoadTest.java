package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.keepsake.balancer.rotation.UpstreamPool;

/** Many clients at once, large bodies, slow sides. */
// Text blocks end their lines without CR, and here every byte counts.
@SuppressWarnings("StringConcatToTextBlock")
final class LoadTest {
    private static final int CLIENTS = Crowd.CLIENTS;

    private static final String GET = "GET / HTTP/1.1\r\nHost: site\r\n\r\n";

    @Test
    void losesNoGetWhenABackendIsKilledAndComesBack() throws IOException {
        FakeBackend.Script ok = (request, wire) -> wire.ok("ok");
        try (FakeBackend a = FakeBackend.start(ok);
                FakeBackend b = FakeBackend.start(ok);
                Balancer balancer = Balancers.start(a, b);
                Crowd crowd = new Crowd(balancer, GET)) {
            crowd.awaitMore(500);
            b.kill();
            crowd.awaitMore(500);
            try (FakeBackend again = FakeBackend.startAt(b.address(), ok)) {
                balancer.update(new UpstreamPool(2, List.of(a.upstream("A"))));
                crowd.awaitMore(200);
                balancer.update(new UpstreamPool(3, List.of(a.upstream("A"), again.upstream("B"))));
                Balancers.eventually("B serves again", () -> again.served() > 100);
                a.kill();
                crowd.awaitMore(500);
                crowd.check();
            }
        }
    }

    @Test
    void losesNoGetWhenABackendFreezesAndLeavesThePool() throws IOException {
        AtomicBoolean frozen = new AtomicBoolean();
        FakeBackend.Script freezing = (request, wire) -> {
            if (frozen.get()) {
                wire.hang();
            } else {
                wire.ok("ok");
            }
        };
        try (FakeBackend a = FakeBackend.saying("ok");
                FakeBackend b = FakeBackend.start(freezing);
                Balancer balancer = Balancers.start(a, b);
                Crowd crowd = new Crowd(balancer, GET)) {
            crowd.awaitMore(500);
            frozen.set(true);
            Balancers.eventually("all wait", () -> b.requests().size() - b.served() == CLIENTS);
            balancer.update(new UpstreamPool(2, List.of(a.upstream("A"))));
            crowd.awaitMore(500);
            crowd.check();
        }
    }

    @Test
    void deliversEveryPostOnceThoughConnectionsAreClosed() throws IOException {
        AtomicInteger count = new AtomicInteger();
        FakeBackend.Script closing = (request, wire) -> {
            boolean last = count.incrementAndGet() % 10 == 0;
            wire.send("HTTP/1.1 200 OK\r\n" + (last ? "Connection: close\r\n" : "") + "Content-Length: 2\r\n\r\nok");
            if (last) {
                wire.close();
            }
        };
        String post = "POST / HTTP/1.1\r\nHost: site\r\nContent-Length: 3\r\n\r\nabc";
        try (FakeBackend a = FakeBackend.start(closing);
                FakeBackend b = FakeBackend.start(closing);
                Balancer balancer = Balancers.start(a, b);
                Crowd crowd = new Crowd(balancer, post)) {
            crowd.awaitMore(3000);
            crowd.check();
            assertEquals(crowd.answers(), a.requests().size() + b.requests().size());
        }
    }

    @Test
    void finishesRequestsInFlightWhenItStops() throws IOException, InterruptedException {
        try (FakeBackend a = FakeBackend.saying("ok")) {
            Balancer balancer = Balancers.start(a);
            ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
            AtomicInteger answers = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Thread thread = new Thread(() -> {
                    try (RawClient client = new RawClient(balancer.address())) {
                        RawClient.Response response;
                        do {
                            response = client.send(GET).response();
                            answers.incrementAndGet();
                        } while (response.status() == 200 && !"close".equals(response.header("Connection")));
                        if (response.status() != 200 || !client.closed()) {
                            errors.add("status " + response.status());
                        }
                    } catch (IOException e) {
                        errors.add(e.toString());
                    }
                });
                threads.add(thread);
                thread.start();
            }
            Balancers.eventually("busy", () -> answers.get() > 1000);
            java.net.InetSocketAddress address = balancer.address();
            // Every client is told to close with an answer, not by a reset.
            Thread stop = new Thread(balancer::close);
            stop.start();
            for (Thread thread : threads) {
                thread.join(20_000);
            }
            stop.join(20_000);
            assertEquals(List.of(), List.copyOf(errors));
            org.junit.jupiter.api.Assertions.assertThrows(IOException.class, () -> new RawClient(address).close());
        }
    }

    @Test
    void holdsBackAFastUpstreamForASlowClient() throws IOException {
        AtomicLong sent = new AtomicLong();
        byte[] block = new byte[64 * 1024];
        long size = 100L * 1024 * 1024;
        FakeBackend.Script flood = (request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            for (long i = 0; i < size / block.length; i++) {
                wire.send(block);
                sent.addAndGet(block.length);
            }
        };
        try (FakeBackend backend = FakeBackend.start(flood);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address(), 64 * 1024)) {
            client.send(GET);
            client.head();
            AtomicLong before = new AtomicLong(-1);
            Balancers.eventually("the backend is held back", () -> {
                Thread.sleep(200);
                return before.getAndSet(sent.get()) == sent.get();
            });
            assertTrue(sent.get() < size / 2, "sent " + sent.get());
            for (long i = 0; i < size / block.length; i++) {
                client.reader().exactly(block.length);
            }
            assertEquals(200, client.get("/").status());
        }
    }

    @Test
    void holdsBackAFastClientForASlowUpstream() throws Exception {
        AtomicLong sent = new AtomicLong();
        java.util.concurrent.CountDownLatch go = new java.util.concurrent.CountDownLatch(1);
        byte[] block = new byte[64 * 1024];
        long size = 50L * 1024 * 1024;
        FakeBackend.Script slow = (request, wire) -> {
            FakeBackend.await(go);
            wire.in().skipNBytes(size);
            wire.ok("got it");
        };
        try (FakeBackend backend = FakeBackend.leavingBodies(slow);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            Thread upload = new Thread(() -> {
                try {
                    client.send("POST / HTTP/1.1\r\nHost: site\r\nContent-Length: " + size + "\r\n\r\n");
                    for (long i = 0; i < size / block.length; i++) {
                        client.send(block);
                        sent.addAndGet(block.length);
                    }
                } catch (IOException e) {
                    sent.set(-1);
                }
            });
            upload.start();
            AtomicLong before = new AtomicLong(-1);
            Balancers.eventually("the client is held back", () -> {
                Thread.sleep(200);
                return sent.get() > 0 && before.getAndSet(sent.get()) == sent.get();
            });
            assertTrue(sent.get() < size / 2, "sent " + sent.get());
            go.countDown();
            assertEquals("got it", client.response().body());
            upload.join();
            assertEquals(size, sent.get());
        }
    }

    @Test
    void passesEventsAsTheyCome() throws IOException {
        java.util.concurrent.SynchronousQueue<String> events = new java.util.concurrent.SynchronousQueue<>();
        FakeBackend.Script stream = (request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            try {
                while (true) {
                    wire.send("data: " + events.take() + "\n\n");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (FakeBackend backend = FakeBackend.start(stream);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send(GET);
            assertEquals(200, client.head().status());
            for (int i = 0; i < 5; i++) {
                events.put("e" + i);
                StringBuilder seen = new StringBuilder();
                while (!seen.toString().endsWith("data: e" + i + "\n\n")) {
                    seen.append((char) client.reader().exactly(1)[0]);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void passesAWebSocketBothWaysUntilItEnds() throws IOException {
        FakeBackend.Script echo = (request, wire) -> {
            wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + request.header("Sec-WebSocket-Key") + "\r\n\r\nfirst");
            byte[] buffer = new byte[1000];
            int read;
            while ((read = wire.in().read(buffer)) >= 0) {
                wire.send(java.util.Arrays.copyOf(buffer, read));
            }
            wire.close();
        };
        try (FakeBackend backend = FakeBackend.start(echo);
                Balancer balancer = Balancers.start(backend);
                RawClient client = new RawClient(balancer.address())) {
            client.send("GET /ws HTTP/1.1\r\nHost: site\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n\r\nearly");
            HttpReader.Head head = client.head();
            assertEquals(101, head.status());
            assertEquals("websocket", head.header("Upgrade"));
            assertEquals("Upgrade", head.header("Connection"));
            assertEquals("abc", head.header("Sec-WebSocket-Accept"));
            assertEquals(
                    "firstearly", new String(client.reader().exactly(10), java.nio.charset.StandardCharsets.UTF_8));
            String large = "x".repeat(300_000);
            Thread sender = new Thread(() -> {
                try {
                    client.send(large);
                } catch (IOException e) {
                    // The reader will miss it.
                }
            });
            sender.start();
            assertEquals(
                    large,
                    new String(client.reader().exactly(large.length()), java.nio.charset.StandardCharsets.UTF_8));
            assertEquals("Upgrade", backend.onlyRequest().header("Connection"));
            assertEquals("websocket", backend.onlyRequest().header("Upgrade"));
            client.reset();
            Balancers.eventually("tunnel closed", () -> backend.openConnections() == 0);
        }
    }
}
