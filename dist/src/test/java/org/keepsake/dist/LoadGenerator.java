package org.keepsake.dist;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A program of its own, so that its work is not counted as the product's: users with a session each, on connections
 * that are kept alive, ask one after the other as fast as they are answered.
 *
 * <p>Arguments: the ports, with commas between, the path that fills a session, how many users, and their {@link Habit}.
 * Each line of the input is a path and how many times it is to be asked in all; each is answered by a line with the
 * requests a second, or with what went wrong.
 */
final class LoadGenerator {

    /** What users do with their sessions. */
    enum Habit {
        /** They stay on one node. */
        STAY,
        /** They go to the next node with each request. */
        WANDER,
        /** They stay on one node, which gives them a new session for each request. */
        FORGET
    }

    private final List<User> users = new ArrayList<>();

    private LoadGenerator() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        LoadGenerator load = new LoadGenerator();
        List<Integer> ports =
                Arrays.stream(arguments[0].split(",", -1)).map(Integer::valueOf).toList();
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            User user = new User(ports, i, Habit.valueOf(arguments[3]));
            user.ask(arguments[1]);
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
            for (User user : users) {
                all.add(threads.submit(() -> {
                    for (int i = 0; i < requests / users.size(); i++) {
                        user.ask(path);
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

    private static final class User {

        private final CookieJar cookies = new CookieJar();
        private final List<Browser> nodes;
        private final boolean forgets;
        private int next;

        User(List<Integer> ports, int number, Habit habit) {
            List<Integer> asked = habit == Habit.WANDER ? ports : List.of(ports.get(number % ports.size()));
            nodes = asked.stream()
                    .map(port -> new Browser(Ports.local(port), cookies))
                    .toList();
            next = number % nodes.size();
            forgets = habit == Habit.FORGET;
        }

        void ask(String path) throws IOException {
            Answer answer = nodes.get(next).get(path);
            if (answer.status() != 200) {
                throw new IOException(path + " was answered " + answer.status());
            }
            next = (next + 1) % nodes.size();
            if (forgets) {
                cookies.clear();
            }
        }
    }
}
