package org.keepsake.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keepsake.balancer.Balancer;
import org.keepsake.balancer.BalancerConfig;
import org.keepsake.balancer.rotation.Upstream;
import org.keepsake.balancer.rotation.UpstreamPool;
import org.keepsake.launcher.admin.AdminAnswer;
import org.keepsake.launcher.cluster.Service;

/** What the admin port of a balancer says, and what can be changed there. */
class UpstreamsPageTest {

    private Balancer balancer;
    private UpstreamsPage page;

    @BeforeEach
    void start() throws IOException {
        balancer = Balancer.start(
                BalancerConfig.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                new UpstreamPool(
                        0, List.of(Upstream.parse("127.0.0.1:81,route=A"), Upstream.parse("127.0.0.1:82,backup"))));
        page = new UpstreamsPage(() -> balancer);
    }

    @AfterEach
    void stop() {
        balancer.close();
    }

    @Test
    void theUpstreamsAreTold() {
        assertEquals(
                "{\"waiting\":0,\"upstreams\":["
                        + "{\"name\":\"A\",\"host\":\"127.0.0.1\",\"port\":81,\"route\":\"A\",\"backup\":false,\"weight\":1,"
                        + "\"state\":\"ready\",\"up\":true,\"active\":0,\"requests\":0,\"failures\":0},"
                        + "{\"name\":\"127.0.0.1:82\",\"host\":\"127.0.0.1\",\"port\":82,\"route\":\"\",\"backup\":true,"
                        + "\"weight\":1,\"state\":\"ready\",\"up\":true,\"active\":0,\"requests\":0,\"failures\":0}]}\n",
                page.get().text());
    }

    @Test
    void oneIsChanged() {
        AdminAnswer answer = page.put("A,weight=5,state=drain\n");
        assertEquals(200, answer.status());
        assertTrue(answer.text().contains("\"weight\":5,\"state\":\"drain\""), answer.text());
        assertEquals(404, page.put("X,weight=5").status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "A | nothing to change: the form is NAME[,weight=N][,state=ready|drain|maint]",
                "A,weight=x | weight 'x' is not a number",
                "A,weight=0 | upstream A: weight 0 is not between 1 and 1000",
                "A,state=off | state 'off' is none of ready, drain and maint",
                "A,color=red | 'color=red' is none of weight=N and state=ready|drain|maint"
            })
    void aChangeThatCannotBeChangesNothing(String body, String sentence) {
        String before = page.get().text();
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> page.put(body));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(sentence), refused.getMessage());
        assertEquals(before, page.get().text());
    }

    @Test
    void theMetricsTellOfEachUpstream() {
        String metrics = new MetricsPage(() -> Service.State.READY, List::of, balancer::upstreams)
                .get()
                .text();
        assertTrue(metrics.contains("""
                        # TYPE keepsake_upstream_up gauge
                        keepsake_upstream_up{upstream="A"} 1
                        keepsake_upstream_up{upstream="127.0.0.1:82"} 1
                        """), metrics);
        assertTrue(metrics.contains("keepsake_upstream_requests_total{upstream=\"A\"} 0\n"), metrics);
    }
}
