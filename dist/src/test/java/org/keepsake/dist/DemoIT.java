package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** {@code java -jar app.jar}: the whole system on one machine, and nothing left of it afterwards. */
@Alone
class DemoIT {

    private static final double PAGE_WITHIN_SECONDS = 15;
    private static final int PROCESSES = 5;
    private static final Duration END = Duration.ofSeconds(30);

    /**
     * Its port is somebody else's, so it takes the next free one.
     *
     * <p>That the page is there soon is promised for a machine of its own. On one that has more to do, or is slower, the
     * demo must still not take longer than its processes would one after the other.
     */
    @Test
    void servesThePageFromBothNodesAtAFreePortAndEndsWithCtrlC(TestInfo test) throws Exception {
        double alone = secondsUntilAStoreIsReady(test);
        try (ServerSocket owner = take(8080);
                Site site = Site.open(test);
                Demo demo = Demo.start(site, "--demo-restart-after=never")) {
            double seconds = demo.awaitPage();
            Figures.say(
                    "demo",
                    String.format(
                            Locale.ROOT, "the page after %.1f s, a store alone ready after %.1f s", seconds, alone));
            double within = Math.max(PAGE_WITHIN_SECONDS, PROCESSES * alone);
            assertTrue(seconds <= within, () -> "the page took " + seconds + " s, a store alone " + alone + " s");
            String who = owner.isBound() ? "this test" : "somebody else";
            assertTrue(demo.balancer().getPort() > 8080, () -> "8080 is taken by " + who);
            assertTrue(demo.program().out().contains("8080"), demo.program()::out);
            demo.awaitServing();
            assertEquals(PROCESSES, demo.pids().size());
            reload(demo.balancer());
            assertEnds(demo, Program::interrupt);
        }
    }

    @Test
    void startsAKilledProcessAgainAndEndsWhenTerminated(TestInfo test) throws Exception {
        try (Site site = Site.open(test);
                Demo demo = Demo.start(site, "--demo-restart-after=1s")) {
            demo.awaitServing();
            Set<Long> before = demo.pids();
            Signal.KILL.send(demo.pid("A"));
            Await.until("node A is another process", END, () -> !before.contains(demo.pid("A")));
            Site.awaitInRotation(demo.balancer(), "A", "B");
            assertEnds(demo, Program::terminate);
        }
    }

    @Test
    void losesNothingWhenAStoreIsKilledAsSoonAsItSaysReadyAndLeavesNoProcessBehindWhenItIsKilled(TestInfo test)
            throws Exception {
        try (Site site = Site.open(test);
                Demo demo = Demo.start(site, "--demo-restart-after=never")) {
            Await.until(
                    "the demo says that it is ready",
                    END,
                    () -> demo.program().out().contains("Ready after"));
            try (Crowd crowd = Crowd.enter(demo.balancer(), 20)) {
                crowd.isServedBy("A", "B");
                Signal.KILL.send(demo.pid("m1"));
                crowd.visitsOn();
                crowd.leave().assertNothingLost("demo, store m1 killed as soon as it was ready");
            }
            assertEnds(demo, Program::kill);
        }
    }

    private static double secondsUntilAStoreIsReady(TestInfo test) throws IOException, InterruptedException {
        try (Site site = Site.plain(test)) {
            long begun = System.nanoTime();
            Server unused = site.store("alone").awaitReady();
            return (System.nanoTime() - begun) / 1e9;
        }
    }

    /** Ten reloads: one session, a counter that rises by one, both nodes. */
    private static void reload(InetSocketAddress balancer) throws IOException {
        try (Browser browser = new Browser(balancer)) {
            Set<String> sessions = new HashSet<>();
            Set<String> nodes = new HashSet<>();
            for (int count = 1; count <= 10; count++) {
                Visit visit = Visit.parse(browser.get(Visit.COUNT));
                assertEquals(count, visit.counter());
                sessions.add(visit.session());
                nodes.add(visit.node());
            }
            assertEquals(1, sessions.size(), sessions::toString);
            assertEquals(Set.of("A", "B"), nodes);
        }
    }

    private static void assertEnds(Demo demo, Consumer<Program> end) throws InterruptedException {
        List<ProcessHandle> family = demo.program().family();
        assertTrue(family.size() > alive(demo.pids()), family::toString);
        end.accept(demo.program());
        Await.until("all its processes have ended", END, () -> family.stream().noneMatch(ProcessHandle::isAlive));
    }

    private static long alive(Set<Long> pids) {
        return pids.stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .filter(ProcessHandle::isAlive)
                .count();
    }

    /** Takes a port, unless somebody else has it already, which is as good. */
    private static ServerSocket take(int port) throws IOException {
        return Ports.isFree(port) ? new ServerSocket(port) : new ServerSocket();
    }
}
