package org.keepsake.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.servlet.http.HttpSession;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keepsake.node.memcached.MemcachedNodes;
import org.keepsake.node.session.settings.BackupSettings;

/** Sessions that are saved after their response, on two nodes over a real store. */
class AsyncBackupTest {

    private final Browser browser = new Browser();
    private final FakePeers cluster = new FakePeers();

    private TestNode node(String name, RealMemcached store) {
        return new TestNode(
                        SessionSettings.defaults(name)
                                .with(BackupSettings.defaults().withAsync(true)),
                        new MemcachedNodes(1, List.of(store.node())),
                        cluster.join())
                .page("/count", (request, response) -> {
                    HttpSession session = request.getSession();
                    int next = session.getAttribute("count") instanceof Integer before ? before + 1 : 1;
                    session.setAttribute("count", next);
                    response.getWriter().print(next);
                })
                .page("/get", (request, response) -> {
                    HttpSession session = request.getSession(false);
                    response.getWriter().print(session == null ? "no session" : session.getAttribute("count"));
                });
    }

    @Test
    void findsOnItsOwnNodeWhatIsNotYetSavedAndSoonOnTheOther() {
        try (RealMemcached store = RealMemcached.start("m1");
                TestNode a = node("A", store);
                TestNode b = node("B", store)) {
            for (int i = 1; i <= 50; i++) {
                assertEquals(
                        Integer.toString(i), browser.get(a.at("/app/count")).body());
            }
            Waiting.until(
                    "the other node finds it",
                    () -> browser.get(b.at("/app/get")).body().equals("50"));
        }
    }
}
