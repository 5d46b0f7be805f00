package org.keepsake.dist;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A program of its own, so that its work is not counted as the product's: users with a session each, on a connection
 * that is kept alive, ask one after the other as fast as they are answered.
 *
 * <p>Arguments: the port, the path that fills a session, and how many users. Each line of the input is a path and how
 * many times it is to be asked in all; each is answered by a line with the requests a second, or with what went wrong.
 */
final class LoadGenerator {

    private final List<Browser> users = new ArrayList<>();

    private LoadGenerator() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        LoadGenerator load = new LoadGenerator();
        InetSocketAddress node = Ports.local(Integer.parseInt(arguments[0]));
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            Browser user = new Browser(node);
            ask(user, arguments[1]);
            load.users.add(user);
        }
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", 2);
            System.out.println(load.run(words[1], Integer.parseInt(words[0])));
        }
    }

    private String run(String path, int requests) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(users.size());
        long begun = System.nanoTime();
        try {
            List<Future<?>> all = new ArrayList<>();
            for (Browser user : users) {
                all.add(threads.submit(() -> {
                    for (int i = 0; i < requests / users.size(); i++) {
                        ask(user, path);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            return "failed: " + e.getCause();
        } finally {
            threads.shutdownNow();
        }
        double seconds =
                (double) (System.nanoTime() - begun) / Duration.ofSeconds(1).toNanos();
        return String.format(Locale.ROOT, "%.0f", requests / seconds);
    }

    private static void ask(Browser user, String path) throws IOException {
        Answer answer = user.get(path);
        if (answer.status() != 200) {
            throw new IOException(path + " was answered " + answer.status());
        }
    }
}
