package org.keepsake.dist;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Users who count their visits through one balancer, all at once, until they leave. */
final class Crowd implements AutoCloseable {

    /** Between two requests of one user, so that the machine's few cores are busy but not starved. */
    private static final Duration HURRY = Duration.ofMillis(25);

    /** The same while a process starts, which is to have the machine for itself. */
    private static final Duration STROLL = Duration.ofMillis(200);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ENOUGH = 50;

    private final Tally tally = new Tally();
    private final List<User> users = new ArrayList<>();
    private volatile Duration pause = HURRY;
    private volatile boolean leaving;

    private Crowd() {}

    static Crowd enter(InetSocketAddress balancer, int size) {
        Crowd crowd = new Crowd();
        for (int i = 0; i < size; i++) {
            crowd.users.add(crowd.new User(balancer, i));
        }
        crowd.users.forEach(Thread::start);
        return crowd;
    }

    /** Waits until each of the nodes has answered fifty more requests. */
    void isServedBy(String... nodes) throws InterruptedException {
        for (String node : nodes) {
            long before = tally.servedBy(node);
            Await.until("node " + node + " serves the crowd", PATIENCE, () -> tally.servedBy(node) >= before + ENOUGH);
        }
    }

    /** The same, of nodes that have yet to start; the users take their time until they do, and hurry again afterwards. */
    void isSoonServedBy(String... nodes) throws Exception {
        strolls(() -> isServedBy(nodes));
        isServedBy(nodes);
    }

    /** What is done while nobody hurries. */
    interface Work {
        void run() throws Exception;
    }

    /** Leaves most of the machine to this work. */
    void strolls(Work work) throws Exception {
        pause = STROLL;
        work.run();
        pause = HURRY;
    }

    /** Waits until every user has tried fifty more times: no session is left out. */
    void visitsOn() throws InterruptedException {
        Map<User, Integer> enough = new HashMap<>();
        users.forEach(user -> enough.put(user, user.visits.get() + ENOUGH));
        Await.until(
                "every user visits on",
                PATIENCE,
                () -> users.stream().allMatch(user -> user.visits.get() >= enough.getOrDefault(user, 0)));
    }

    /** Lets every user finish and look at the session once more. */
    Tally leave() throws InterruptedException {
        leaving = true;
        for (User user : users) {
            user.join();
        }
        return tally;
    }

    /** After a failure: the users go as soon as they can; nobody waits for them. */
    @Override
    public void close() {
        leaving = true;
    }

    private final class User extends Thread {

        private final Browser browser;
        private final AtomicInteger visits = new AtomicInteger();
        private @Nullable Visit last;

        User(InetSocketAddress balancer, int number) {
            super("user-" + number);
            setDaemon(true);
            browser = new Browser(balancer);
        }

        @Override
        public void run() {
            try (browser) {
                while (!leaving) {
                    visit(Visit.COUNT, 1);
                    visits.incrementAndGet();
                    sleep(pause.toMillis());
                }
                visit(Visit.PEEK, 0);
            } catch (IOException | InterruptedException | RuntimeException e) {
                tally.failed(getName() + " went away: " + e, 0);
            }
        }

        private void visit(String path, int increment) {
            long begun = System.nanoTime();
            try {
                Answer answer = browser.get(path);
                long nanos = System.nanoTime() - begun;
                if (answer.status() == 200) {
                    compare(Visit.parse(answer), nanos, increment);
                } else {
                    tally.failed(
                            getName() + " was answered " + answer.status() + " after " + millis(nanos) + ": "
                                    + answer.body().lines().findFirst().orElse(""),
                            nanos);
                }
            } catch (IOException e) {
                long nanos = System.nanoTime() - begun;
                tally.failed(getName() + " got no answer after " + millis(nanos) + ": " + e, nanos);
            }
        }

        private void compare(Visit now, long nanos, int increment) {
            tally.answered(now, nanos);
            if (last == null) {
                tally.counted(now, increment);
            } else if (!now.session().equals(last.session())) {
                tally.sessionLost(last, now);
            } else {
                tally.counted(now, last.counter() + increment);
            }
            last = now;
        }

        private static String millis(long nanos) {
            return nanos / 1_000_000 + " ms";
        }
    }
}
