package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keepsake.balancer.gate.AddressRange;
import org.keepsake.balancer.rotation.Upstream;
import org.keepsake.balancer.rotation.UpstreamPool;

final class SettingsTest {
    @Test
    void readsAnUpstream() {
        Upstream upstream = Upstream.parse("127.0.0.1:8081,weight=2,route=A,backup");
        assertEquals("A", upstream.name());
        assertEquals("A", upstream.route());
        assertEquals(8081, upstream.address().getPort());
        assertEquals(2, upstream.weight());
        assertTrue(upstream.backup());
        assertEquals("127.0.0.1:8081", Upstream.parse("127.0.0.1:8081").name());
        assertEquals("[::1]:80", Upstream.parse("[::1]:80").name());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "127.0.0.1 | '127.0.0.1' is not host:port",
                "127.0.0.1: | port '' is not a number",
                "127.0.0.1:http | port 'http' is not a number",
                "127.0.0.1:70000 | port 70000 is not between 1 and 65535",
                "127.0.0.1:0 | port 0 is not between 1 and 65535",
                "http://x:80 | 'http://x:80' is not host:port",
                "::1:80 | '::1:80' is not host:port",
                "127.0.0.1:80,weight=x | weight 'x' is not a number",
                "127.0.0.1:80,color=red | 'color=red' is none of weight=N, route=NAME and backup",
                "127.0.0.1:80,backup=yes | 'backup' takes no value",
                "127.0.0.1:80,weight=1,weight=2 | 'weight' is given twice"
            })
    void saysWhatIsWrongWithAnUpstream(String text, String why) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Upstream.parse(text));
        assertEquals("upstream " + text + ": " + why, e.getMessage());
    }

    @Test
    void saysWhatIsWrongWithASetting() {
        BalancerConfig config = BalancerConfig.defaults(Balancers.freePort());
        assertMessage("max-tries -1 is negative", () -> config.withMaxTries(-1));
        assertMessage("read-timeout PT0S is not between 1 ms and 1 day", () -> config.withReadTimeout(Duration.ZERO));
        assertMessage(
                "trusted proxy example.com: not an IP address or CIDR range",
                () -> config.withTrustedProxies(List.of("example.com")));
        assertMessage(
                "trusted proxy 10.0.0.0/33: prefix length '33' is not between 0 and 32",
                () -> config.withTrustedProxies(List.of("10.0.0.0/33")));
        Upstream a = Upstream.parse("127.0.0.1:80,route=A");
        assertMessage("upstream name A is given twice", () -> new UpstreamPool(1, List.of(a, a)));
        assertMessage(
                "upstream A: weight 1001 is not between 1 and 1000",
                () -> Upstream.parse("127.0.0.1:80,route=A,weight=1001"));
    }

    private static void assertMessage(String message, org.junit.jupiter.api.function.Executable wrong) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, wrong).getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.2, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "192.168.1.128/25, 192.168.1.200, true",
        "192.168.1.128/25, 192.168.1.100, false",
        "127.0.0.1, 127.0.0.1, true",
        "0.0.0.0/0, 1.2.3.4, true",
        "0.0.0.0/0, ::2, false",
        "fd00::/8, fdff::1, true",
        "::1, ::1, true"
    })
    void knowsWhatAnAddressRangeContains(String range, String address, boolean contained) throws Exception {
        assertEquals(contained, AddressRange.parse("range", range).contains(InetAddress.getByName(address)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "JSESSIONID=abc-m1.A | / | A",
                "a=b; JSESSIONID=abc.def-m1.B;c=d | / | B",
                "JSESSIONID=\"abc-m1.B\" | / | B",
                "JSESSIONID=x.A; JSESSIONID=y.B | / | A,B",
                "XJSESSIONID=x.A; jsessionid=x.B | / | -",
                "JSESSIONID=x; JSESSIONID=y. | / | -",
                "JSESSIONID=x.A | /p;jsessionid=y.B?q=.C | A,B",
                "- | /p;v=1;jsessionid=y.B;w=2/more.x | B",
                "- | /p.x | -"
            })
    void findsTheRoutesOfARequest(String cookies, String path, String routes) {
        HeaderMap headers = new HeaderMap();
        if (cookies != null) {
            headers.add(Headers.COOKIE, cookies);
        }
        assertEquals(routes == null ? List.of() : List.of(routes.split(",")), Routes.of(headers, path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "", "caf\u00e9"})
    void refusesNamesThatCannotStandInAHeader(String name) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Upstream(name, Upstream.parse("127.0.0.1:80").address(), "", 1, false));
    }
}
