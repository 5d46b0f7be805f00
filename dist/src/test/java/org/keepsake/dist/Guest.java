package org.keepsake.dist;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** One user of the rig's application, who may go to any node with the same cookies. Thread-safe. */
final class Guest {

    /** Where the rig's application is deployed. */
    static final String APPLICATION = "/rig";

    private final String application;
    private final CookieJar cookies;

    Guest() {
        this(APPLICATION);
    }

    /** One of the same application that is deployed elsewhere. */
    Guest(String application) {
        this(application, new CookieJar());
    }

    private Guest(String application, CookieJar cookies) {
        this.application = application;
        this.cookies = cookies;
    }

    /** Another one who came to the same cookies, and gets his own from now on. */
    Guest twin() {
        return new Guest(application, cookies.copy());
    }

    CookieJar cookies() {
        return cookies;
    }

    /** Lets a node take steps, and returns what it says of the session then. */
    Look at(Server node, String... steps) throws IOException {
        return Look.parse(ask(node, steps));
    }

    /** The same, whatever the answer. */
    Answer ask(Server node, String... steps) throws IOException {
        return get(node, application + "/steps?" + String.join("&", steps));
    }

    Answer get(Server node, String path) throws IOException {
        try (Browser browser = new Browser(node.address(), cookies)) {
            return browser.get(path);
        }
    }

    Answer post(Server node, String... steps) throws IOException {
        try (Browser browser = new Browser(node.address(), cookies)) {
            return browser.post(application + "/steps?" + String.join("&", steps));
        }
    }

    Answer submit(Server node, String path, String fields) throws IOException {
        try (Browser browser = new Browser(node.address(), cookies)) {
            return browser.submit(path, fields);
        }
    }

    /** As many requests as there are numbers below {@code count}, all at once; each one's steps and node by its number. */
    List<Answer> together(int count, IntFunction<Server> node, IntFunction<String> step)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<Answer>> asked = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                asked.add(threads.submit(() -> ask(node.apply(number), step.apply(number))));
            }
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer : asked) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }
}
