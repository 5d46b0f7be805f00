package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that ask one thing after the other until they are told to stop. */
final class Crowd implements AutoCloseable {
    static final int CLIENTS = 64;

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger answers = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    Crowd(Balancer balancer, String request) {
        for (int i = 0; i < CLIENTS; i++) {
            Thread thread = new Thread(() -> ask(balancer, request), "client");
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void ask(Balancer balancer, String request) {
        try (RawClient client = new RawClient(balancer.address())) {
            while (!stop.get()) {
                int status = client.send(request).response().status();
                if (status == 200) {
                    answers.incrementAndGet();
                } else {
                    errors.add("status " + status);
                }
            }
        } catch (IOException e) {
            errors.add(e.toString());
        }
    }

    void awaitMore(int more) {
        int goal = answers.get() + more;
        Balancers.eventually("more answers", () -> answers.get() >= goal || !errors.isEmpty());
    }

    @Override
    public void close() {
        stop.set(true);
        for (Thread thread : threads) {
            try {
                thread.join(20_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    int answers() {
        return answers.get();
    }

    /** Stops, and fails if anybody was not answered with 200. */
    void check() {
        close();
        assertEquals(List.of(), List.copyOf(errors));
    }
}
