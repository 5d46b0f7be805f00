package org.keepsake.node.session.repository;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a lock's key holds: {@code <owner> <node> <renewed> <lifetime>} in US-ASCII. Immutable.
 *
 * @param owner 16 hexadecimal digits, random for each time the lock is taken
 * @param node who has it
 * @param renewed when it was taken or last renewed, in milliseconds since 1970 by the owner's clock
 * @param lifetime in milliseconds, after which it ends unless it is renewed
 */
record LockValue(String owner, String node, long renewed, long lifetime) {

    private static final Pattern PATTERN =
            Pattern.compile("([0-9a-f]{16}) ([A-Za-z0-9_]{1,64}) ([0-9]{1,15}) ([0-9]{1,15})");
    private static final int LONGEST = 128;

    /** Reads what a store answered; empty if it is no lock of ours. */
    static Optional<LockValue> read(byte[] bytes) {
        if (bytes.length > LONGEST) {
            return Optional.empty();
        }
        Matcher matcher = PATTERN.matcher(new String(bytes, StandardCharsets.US_ASCII));
        return matcher.matches()
                ? Optional.of(new LockValue(
                        matcher.group(1),
                        matcher.group(2),
                        Long.parseLong(matcher.group(3)),
                        Long.parseLong(matcher.group(4))))
                : Optional.empty();
    }

    /** Whether what a store answered is the lock of this owner. */
    static boolean isOf(String owner, byte[] bytes) {
        return read(bytes).filter(there -> there.owner().equals(owner)).isPresent();
    }

    byte[] bytes() {
        return "%s %s %d %d".formatted(owner, node, renewed, lifetime).getBytes(StandardCharsets.US_ASCII);
    }

    LockValue renewedAt(long millis) {
        return new LockValue(owner, node, millis, lifetime);
    }

    /** Whether its owner should have renewed it at least once since, as far as clocks agree. */
    boolean isNeglected(long nowMillis) {
        return nowMillis - renewed >= lifetime / 3 * 2;
    }
}
