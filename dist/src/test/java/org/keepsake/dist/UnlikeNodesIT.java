package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Nodes of one cluster keep their sessions in one way: one that comes with another says so and ends. */
class UnlikeNodesIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    @Test
    void aNodeWithAnotherSessionManagerEndsAndThoseThatRunStay(TestInfo test) throws Exception {
        CookieJar cookies = new CookieJar();
        try (Site site = Site.open(test)) {
            Server store = site.store("m1").awaitReady();
            Server a = site.node("A", "--session-manager=delta").awaitReady();
            Visit before = count(a, cookies);

            Server b = site.node("B", "--session-manager=memcached");

            assertEquals(2, b.program().exitCode(LIMIT), b::log);
            String said = b.log()
                    .lines()
                    .filter(line -> line.startsWith("keepsake: "))
                    .findFirst()
                    .orElse("");
            assertTrue(
                    said.contains("node B, on port " + b.port() + ", has --session-manager=memcached")
                            && said.contains("node A at 127.0.0.1:" + a.port())
                            && said.contains("has --session-manager=delta"),
                    b.log());
            Server another = site.node("C", "--session-manager=delta", "--replication=async")
                    .awaitReady();
            assertTrue(another.log().contains("node C, on port " + another.port() + ", has --replication=async"));
            assertTrue(a.ready() && store.ready() && another.ready());
            Visit after = count(a, cookies);
            assertEquals(before.session(), after.session());
            assertEquals(before.counter() + 1, after.counter());
        }
    }

    private static Visit count(Server node, CookieJar cookies) throws IOException {
        try (Browser user = new Browser(node.address(), cookies)) {
            return Visit.parse(user.get(Visit.COUNT));
        }
    }
}
