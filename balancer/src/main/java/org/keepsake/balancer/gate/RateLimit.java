package org.keepsake.balancer.gate;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts how often each client asks (the generic cell rate algorithm). Of the clients that came least of late, some are
 * forgotten when there are too many, so memory is bounded. Thread-safe.
 */
final class RateLimit {

    private static final int MOST_CLIENTS = 100_000;

    /** A host with IPv6 has at least so much of an address for itself, and changes the rest as it likes. */
    private static final int NETWORK_BYTES = 8;

    private final long each;
    private final long ahead;
    private final LongSupplier clock;

    /** By client, when all that it asked would have been asked at the rate; the one used last comes last. */
    @GuardedBy("this")
    private final Map<String, Long> due = new LinkedHashMap<>(1024, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_CLIENTS;
        }
    };

    /** @param clock nanoseconds */
    RateLimit(Rate rate, LongSupplier clock) {
        this.each = rate.nanosEach();
        this.ahead = each * (rate.burst() - 1);
        this.clock = clock;
    }

    /** Takes one request; returns 0 if it may pass, else the nanoseconds after which one may. */
    synchronized long take(InetAddress client) {
        long now = clock.getAsLong();
        String key = key(client);
        Long known = due.get(key);
        long next = known == null || known - now < 0 ? now : known;
        long tooSoon = next - now - ahead;
        if (tooSoon > 0) {
            return tooSoon;
        }
        due.put(key, next + each);
        return 0;
    }

    private static String key(InetAddress client) {
        byte[] address = client.getAddress();
        return HexFormat.of()
                .formatHex(client instanceof Inet6Address ? Arrays.copyOf(address, NETWORK_BYTES) : address);
    }
}
