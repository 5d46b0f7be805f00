package org.keepsake.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections whose clients send something, or hang up, while a request is answered. */
@Timeout(60)
class ListenerTest {

    private static final String END = "\r\nHost: shop.example\r\n\r\n";

    private final Semaphore begun = new Semaphore(0);
    private final Semaphore answer = new Semaphore(0);
    private Listener listener;
    private Socket client;

    /** Which answers the latest request. */
    private volatile Thread answering = Thread.currentThread();

    @BeforeEach
    void connect() throws IOException {
        HttpHandler pages = new BlockingHandler(this::answer);
        listener = Listener.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), pages, Duration.ofSeconds(10));
        client = new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort());
        client.setTcpNoDelay(true);
        client.setSoTimeout(10_000);
    }

    @AfterEach
    void close() throws IOException {
        answer.release(1_000);
        client.close();
        listener.close();
    }

    /** Answers with the path and the body as soon as it may. */
    private void answer(HttpServerExchange exchange) throws Exception {
        answering = Thread.currentThread();
        begun.release();
        assertTrue(answer.tryAcquire(30, TimeUnit.SECONDS));
        byte[] body = exchange.getInputStream().readAllBytes();
        exchange.getResponseSender().send(exchange.getRequestPath() + " " + new String(body, StandardCharsets.UTF_8));
    }

    private void send(String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private void awaitBegun() throws InterruptedException {
        assertTrue(begun.tryAcquire(10, TimeUnit.SECONDS));
    }

    /** Waits until a request waits for the rest of its body. */
    private void awaitReading() {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (Arrays.stream(answering.getStackTrace())
                .noneMatch(frame -> frame.getMethodName().equals("awaitReadable"))) {
            assertTrue(System.nanoTime() < until, "nobody waits for the body");
        }
    }

    /** What comes until a response ends like this. */
    private String receive(String ending) throws IOException {
        StringBuilder received = new StringBuilder();
        while (received.indexOf(ending) < 0) {
            int next = client.getInputStream().read();
            assertTrue(next >= 0, () -> "the connection ended after " + received);
            received.append((char) next);
        }
        return received.toString();
    }

    @Test
    void answersARequestThatCameWhileTheOneBeforeWasAnswered() throws Exception {
        for (int i = 0; i < 200; i++) {
            send("GET /first" + i + " HTTP/1.1" + END);
            awaitBegun();
            send("GET /second" + i + " HTTP/1.1" + END);
            answer.release(2);
            assertTrue(receive("/first" + i + " ").startsWith("HTTP/1.1 200"));
            assertTrue(receive("/second" + i + " ").startsWith("HTTP/1.1 200"));
            awaitBegun();
        }
    }

    @Test
    void answersRequestsThatComeAtOnceWithTheEndOfTheOneBefore() throws Exception {
        answer.release(5_000);
        for (int i = 0; i < 5_000; i++) {
            send("GET /" + i + " HTTP/1.1" + END);
            assertTrue(receive("/" + i + " ").startsWith("HTTP/1.1 200"));
        }
    }

    @Test
    void readsABodyThatComesWhileItsRequestIsAnswered() throws Exception {
        send("POST /post HTTP/1.1\r\nContent-Length: 6\r\nHost: shop.example\r\n\r\nabc");
        awaitBegun();
        answer.release();
        awaitReading();
        send("def");
        assertTrue(receive("/post abcdef").startsWith("HTTP/1.1 200"));
    }

    @Test
    void sleepsWhileSomethingWaitsToBeRead() throws Exception {
        send("GET /first HTTP/1.1" + END);
        awaitBegun();
        long before = cpuOfReaders();
        send("GET /second HTTP/1.1" + END);
        TimeUnit.SECONDS.sleep(1);
        assertAsleep(before);
    }

    @Test
    void sleepsAndFinishesWhenTheClientHasGone() throws Exception {
        send("GET /first HTTP/1.1" + END);
        awaitBegun();
        long before = cpuOfReaders();
        client.close();
        TimeUnit.SECONDS.sleep(1);
        assertAsleep(before);
        answer.release();
        CountDownLatch closed = new CountDownLatch(1);
        new Thread(() -> {
                    listener.drain();
                    closed.countDown();
                })
                .start();
        assertTrue(closed.await(5, TimeUnit.SECONDS), "the request of a client that has gone is never over");
        assertEquals(0, answer.availablePermits());
    }

    private static void assertAsleep(long before) {
        long used = cpuOfReaders() - before;
        assertTrue(
                used < TimeUnit.MILLISECONDS.toNanos(300), () -> used / 1_000_000 + " ms of the processor were used");
    }

    /** The processor time of all threads that read, in nanoseconds. */
    private static long cpuOfReaders() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().contains(" I/O-"))
                .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
                .sum();
    }
}
