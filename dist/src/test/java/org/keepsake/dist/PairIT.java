package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Two processes, each with every role: the smallest installation that may lose one. */
class PairIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @Test
    void aProcessThatIsStartedAnewWithAnEmptyStoreEndsNoSession(TestInfo test) throws Exception {
        InetSocketAddress first = Ports.freeAddress();
        InetSocketAddress second = Ports.freeAddress();
        try (Site site = Site.open(test);
                Browser user = new Browser(first)) {
            Program survivor = start(site, "1", first);
            Program victim = start(site, "2", second);
            Site.awaitInRotation(first, "A1", "A2");
            Site.awaitInRotation(second, "A1", "A2");
            int unused = Views.awaitAllWhole(List.of(survivor, victim), 0);
            Visit before = Visit.parse(user.get(Visit.COUNT));

            victim.kill();
            victim.restart();

            // From the moment it accepts connections: late or refused is right, another session is not.
            try (Browser returning = user.at(second)) {
                Await.until("the restarted process serves", PATIENCE, () -> {
                    Answer answer = returning.get(Visit.PEEK);
                    return answer.status() == 200 && same(before, Visit.parse(answer));
                });
            }
        }
    }

    private static boolean same(Visit before, Visit after) {
        assertEquals(before.session(), after.session());
        assertEquals(before.counter(), after.counter());
        return true;
    }

    private static Program start(Site site, String number, InetSocketAddress balancer) throws IOException {
        List<String> options = site.everyRole(balancer);
        options.addAll(List.of("--node-name=A" + number, "--store-name=m" + number));
        return site.run("process" + number, site.small(options));
    }
}
