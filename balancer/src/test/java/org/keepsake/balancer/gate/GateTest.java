package org.keepsake.balancer.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GateTest {

    private long now = Long.MAX_VALUE - 5;

    private static GateSettings ranges(List<String> allow, List<String> deny) {
        return new GateSettings(allow, deny, Optional.empty(), 0);
    }

    private Gate limited(String rate) {
        return new Gate(new GateSettings(List.of(), List.of(), Optional.of(Rate.parse(rate)), 0), () -> now);
    }

    private static Gate.@Nullable Refusal ask(Gate gate, String address) {
        return gate.refusal(AddressRange.address(address).orElseThrow());
    }

    /** How many of so many requests that come at once pass. */
    private static int passing(Gate gate, String address, int requests) {
        int passing = 0;
        for (int i = 0; i < requests; i++) {
            passing += ask(gate, address) == null ? 1 : 0;
        }
        return passing;
    }

    @Test
    void letsInWhoIsAllowedAndNotDenied() {
        Gate gate = new Gate(ranges(List.of("10.0.0.0/8", "::1"), List.of("10.6.6.0/24")), () -> now);
        assertNull(ask(gate, "10.1.2.3"));
        assertNull(ask(gate, "::1"));
        assertEquals(new Gate.Refusal(403, "This address may not ask here.", 0), ask(gate, "10.6.6.6"));
        assertNotNull(ask(gate, "192.0.2.1"));
        assertNull(ask(new Gate(ranges(List.of(), List.of("10.6.6.0/24")), () -> now), "192.0.2.1"));
        assertTrue(new Gate(GateSettings.OPEN, () -> now).isOpen());
    }

    @Test
    void letsEachClientAskAtTheRate() {
        Gate gate = limited("10/s");
        assertEquals(10, passing(gate, "192.0.2.1", 25));
        assertEquals(10, passing(gate, "192.0.2.2", 25));
        for (int i = 0; i < 50; i++) {
            now += Duration.ofMillis(100).toNanos();
            assertEquals(1, passing(gate, "192.0.2.1", 3));
        }
        now += Duration.ofMinutes(1).toNanos();
        assertEquals(10, passing(gate, "192.0.2.1", 25));
    }

    @Test
    void allowsABurst() {
        Gate gate = limited("6/m,burst=3");
        assertEquals(3, passing(gate, "192.0.2.1", 5));
        Gate.Refusal refusal = ask(gate, "192.0.2.1");
        assertNotNull(refusal);
        assertEquals(429, refusal.status());
        assertEquals(10, refusal.retryAfter());
        now += Duration.ofSeconds(10).toNanos();
        assertEquals(1, passing(gate, "192.0.2.1", 5));
    }

    @Test
    void takesANetworkOfIpv6ForOneClient() {
        Gate gate = limited("1/s");
        assertNull(ask(gate, "2001:db8::1"));
        assertNotNull(ask(gate, "2001:db8::2"));
        assertNull(ask(gate, "2001:db8:0:1::1"));
    }

    @Test
    void forgetsClientsRatherThanRunOutOfMemory() throws Exception {
        Gate gate = limited("1/h");
        for (int i = 0; i < 150_000; i++) {
            byte[] address = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
            assertNull(gate.refusal(InetAddress.getByAddress(address)));
        }
        assertNotNull(ask(gate, "10.2.73.239"), "one of the last");
        assertNull(ask(gate, "10.0.0.0"), "the first one was forgotten");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "10 | '10' is no rate; write it like 10/s or 600/m,burst=50",
                "10/d | '10/d' is no rate; write it like 10/s or 600/m,burst=50",
                "0/s | rate 0 is not between 1 and 1000000",
                "1/s,burst=0 | burst 0 is not between 1 and 1000000"
            })
    void saysWhatIsWrongWithARate(String text, String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> Rate.parse(text))
                        .getMessage());
    }

    @Test
    void saysWhatIsWrongWithARange() {
        assertEquals(
                "deny example.com: not an IP address or CIDR range",
                assertThrows(IllegalArgumentException.class, () -> ranges(List.of(), List.of("example.com")))
                        .getMessage());
    }
}
