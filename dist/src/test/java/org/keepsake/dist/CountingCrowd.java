package org.keepsake.dist;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Users who each count in one session with two requests in flight, as a page with two tabs does: what every answer
 * promises is compared with what the session holds in the end. The requests are POSTs, which no balancer sends twice.
 */
final class CountingCrowd implements AutoCloseable {

    private static final String INCREMENT = Guest.APPLICATION + "/steps?increment=n";
    private static final int IN_FLIGHT = 2;
    private static final int TOLD = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<User> users = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final InetSocketAddress balancer;
    private final Duration pause;
    private final long began = System.nanoTime();
    private volatile boolean leaving;

    private CountingCrowd(InetSocketAddress balancer, Duration pause) {
        this.balancer = balancer;
        this.pause = pause;
    }

    /**
     * Every user has a session before the first one counts.
     *
     * @param perSecond how often each user counts, at most
     */
    static CountingCrowd enter(InetSocketAddress balancer, int size, int perSecond) throws IOException {
        CountingCrowd crowd = new CountingCrowd(
                balancer, Duration.ofSeconds(1).multipliedBy(IN_FLIGHT).dividedBy(perSecond));
        for (int i = 0; i < size; i++) {
            crowd.users.add(crowd.new User());
        }
        for (User user : crowd.users) {
            user.enter();
        }
        crowd.users.forEach(User::begin);
        return crowd;
    }

    /** Waits until every user was answered that many more times. */
    void countsOn(int times) throws InterruptedException {
        List<Long> enough =
                users.stream().map(user -> user.acknowledged.get() + times).toList();
        Await.until("every user counts on", PATIENCE, () -> {
            for (int i = 0; i < users.size(); i++) {
                if (users.get(i).acknowledged.get() < enough.get(i)) {
                    return false;
                }
            }
            return true;
        });
    }

    /** Returns the longest time in which some user got no answer 200, and begins to measure anew. */
    Duration longestSilence() {
        return Duration.ofNanos(
                users.stream().mapToLong(User::takeSilence).max().orElse(0));
    }

    /** Lets every user finish, and compares. */
    Result leave() throws InterruptedException, IOException {
        leaving = true;
        for (User user : users) {
            for (Thread hand : user.hands) {
                hand.join();
            }
        }
        Result result = new Result(0, 0, 0, 0, 0, 0, 0, List.of());
        for (User user : users) {
            result = result.plus(user.result());
        }
        synchronized (failures) {
            return result.because(failures);
        }
    }

    /** After a failure: the users go as soon as they can; nobody waits for them. */
    @Override
    public void close() {
        leaving = true;
    }

    private void failed(String why) {
        synchronized (failures) {
            if (failures.size() < TOLD) {
                failures.add(String.format(Locale.ROOT, "%.3f s: %s", (System.nanoTime() - began) / 1e9, why));
            }
        }
    }

    /**
     * What became of it.
     *
     * @param acknowledged increments that were answered 200
     * @param failed requests that were not
     * @param missing acknowledged increments that the sessions do not hold in the end
     * @param repeated answers that promised a number another one had promised before
     * @param unasked increments in the sessions beyond the acknowledged ones and those in doubt
     * @param lostSessions sessions that became others
     * @param silence the longest time in which some user got no answer 200, in nanoseconds; of what {@link #longestSilence}
     *     did not tell before
     */
    record Result(
            long acknowledged,
            long failed,
            long missing,
            long repeated,
            long unasked,
            long lostSessions,
            long silence,
            List<String> failures) {

        /** Prints the figures in one row, under the name of what was done, with the longest silence before that. */
        void assertNothingLost(String what, Duration before) {
            Figures.say(what, this + ", " + before.toMillis() + " ms before");
            if (missing > 0 || repeated > 0 || unasked > 0 || lostSessions > 0) {
                throw new AssertionError(what + ": " + this + "\n" + String.join("\n", failures));
            }
        }

        void assertSilentNoLongerThan(Duration limit, String what) {
            if (silence > limit.toNanos()) {
                throw new AssertionError(what + ": some user heard nothing for " + silence / 1_000_000 + " ms\n"
                        + String.join("\n", failures));
            }
        }

        private Result plus(Result other) {
            return new Result(
                    acknowledged + other.acknowledged,
                    failed + other.failed,
                    missing + other.missing,
                    repeated + other.repeated,
                    unasked + other.unasked,
                    lostSessions + other.lostSessions,
                    Math.max(silence, other.silence),
                    failures);
        }

        private Result because(List<String> why) {
            return new Result(
                    acknowledged, failed, missing, repeated, unasked, lostSessions, silence, List.copyOf(why));
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%7d answers, %2d failed, %d sessions and %d increments lost, %2d twice, %d unasked for, silent %5d ms",
                    acknowledged,
                    failed,
                    lostSessions,
                    missing,
                    repeated,
                    unasked,
                    silence / 1_000_000);
        }
    }

    private final class User {

        private final CookieJar cookies = new CookieJar();
        private final AtomicLong acknowledged = new AtomicLong();
        private final List<Thread> hands = new ArrayList<>();
        private final Set<Long> promised = new HashSet<>();
        private String session = "";
        private long failed;
        private long repeated;
        private long lost;
        private long heard;
        private long silence;

        void enter() throws IOException {
            try (Browser browser = new Browser(balancer, cookies)) {
                session = Look.parse(browser.post(Guest.APPLICATION + "/steps?set=entered:1"))
                        .session();
            }
        }

        synchronized void begin() {
            heard = System.nanoTime();
            for (int i = 0; i < IN_FLIGHT; i++) {
                Thread hand = new Thread(this::count, session + "-" + i);
                hand.setDaemon(true);
                hands.add(hand);
                hand.start();
            }
        }

        Result result() throws IOException, InterruptedException {
            long holds = holds();
            synchronized (this) {
                long known = acknowledged.get();
                return new Result(
                        known,
                        failed,
                        Math.max(0, known - holds),
                        repeated,
                        Math.max(0, holds - known - failed),
                        lost,
                        silence,
                        List.of());
            }
        }

        private long holds() throws IOException, InterruptedException {
            try (Browser browser = new Browser(balancer, cookies)) {
                Await.until(
                        "the last look",
                        PATIENCE,
                        () -> browser.get(Guest.APPLICATION + "/steps").status() == 200);
                String holds =
                        Look.parse(browser.get(Guest.APPLICATION + "/steps")).attribute("n");
                return holds.isEmpty() ? 0 : Long.parseLong(holds);
            }
        }

        private void count() {
            try (Browser browser = new Browser(balancer, cookies)) {
                for (long due = System.nanoTime(); !leaving; due = Math.max(due + pause.toNanos(), System.nanoTime())) {
                    Thread.sleep(Math.max(0, due - System.nanoTime()) / 1_000_000);
                    increment(browser);
                }
            } catch (IOException | InterruptedException | RuntimeException e) {
                failed("a user went away: " + e);
            }
        }

        private void increment(Browser browser) {
            long begun = System.nanoTime();
            try {
                Answer answer = browser.post(INCREMENT);
                if (answer.status() == 200) {
                    promised(Look.parse(answer));
                } else {
                    doubtful("answered " + answer.status(), begun);
                }
            } catch (IOException e) {
                doubtful(e.toString(), begun);
            }
        }

        private synchronized long takeSilence() {
            long longest = silence;
            silence = 0;
            return longest;
        }

        private synchronized void promised(Look look) {
            long now = System.nanoTime();
            silence = Math.max(silence, now - heard);
            heard = now;
            acknowledged.incrementAndGet();
            if (!look.session().equals(session)) {
                lost++;
                failed("session " + session + " became " + look.session() + " on " + look.node());
                session = look.session();
            }
            if (!promised.add(Long.parseLong(look.attribute("n")))) {
                repeated++;
                failed("session " + session + " promised " + look.attribute("n") + " again, on " + look.node());
            }
        }

        private synchronized void doubtful(String why, long begun) {
            failed++;
            failed("session " + session + " " + why + " after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
        }
    }
}
