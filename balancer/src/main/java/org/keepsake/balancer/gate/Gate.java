package org.keepsake.balancer.gate;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Decides whether a client may ask. Thread-safe. */
public final class Gate {

    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY_REQUESTS = 429;

    private final List<AddressRange> allow;
    private final List<AddressRange> deny;
    private final Optional<RateLimit> rate;

    /**
     * Why somebody may not ask.
     *
     * @param status of the answer
     * @param sentence for the client
     * @param retryAfter seconds after which it may; 0 for never
     */
    public record Refusal(int status, String sentence, long retryAfter) {}

    /** @param clock nanoseconds, as {@link System#nanoTime()} counts them */
    public Gate(GateSettings settings, LongSupplier clock) {
        this.allow = AddressRange.parse("allow", settings.allow());
        this.deny = AddressRange.parse("deny", settings.deny());
        this.rate = settings.rate().map(each -> new RateLimit(each, clock));
    }

    /** Whether everybody may pass, always, so that nobody need be looked at. */
    public boolean isOpen() {
        return allow.isEmpty() && deny.isEmpty() && rate.isEmpty();
    }

    /** Null when the client may pass; counts it then. */
    public @Nullable Refusal refusal(InetAddress client) {
        boolean allowed = allow.isEmpty() || AddressRange.anyContains(allow, client);
        if (!allowed || AddressRange.anyContains(deny, client)) {
            return new Refusal(FORBIDDEN, "This address may not ask here.", 0);
        }
        long nanos = rate.isPresent() ? rate.get().take(client) : 0;
        if (nanos == 0) {
            return null;
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos - 1) + 1;
        return new Refusal(TOO_MANY_REQUESTS, "Too many requests came from this address.", seconds);
    }
}
