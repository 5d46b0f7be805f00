package org.keepsake.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to {@code lru_crawler metadump}: a line for each item. What is there all the time is listed once, whatever
 * is stored, removed or used meanwhile; nothing is held between turns but the position. Used by one event loop.
 */
final class Metadump implements LongAnswer {

    /** All items are of this one. */
    static final int CLASS = 1;

    private static final int ITEMS_AT_A_TIME = 64;

    /** After so many the other clients of the event loop have their turn. */
    private static final int STEPS_A_TURN = 16;

    private static final String UNRESERVED = "-._~";

    private final Cache cache;
    private final List<ItemView> found = new ArrayList<>();
    private long position;

    Metadump(Server server) {
        this.cache = server.cache;
    }

    @Override
    public boolean write(Output output) throws IOException {
        for (int step = 0; step < STEPS_A_TURN && position < Cache.END && !output.blocked(); step++) {
            found.clear();
            position = cache.scan(position, ITEMS_AT_A_TIME, found);
            output.write(lines(found));
        }
        if (position < Cache.END) {
            output.endTurn();
        }
        if (output.blocked()) {
            return false;
        }
        output.write(Reply.END);
        return true;
    }

    @Override
    public int held() {
        return 0;
    }

    private static byte[] lines(List<ItemView> items) {
        StringBuilder lines = new StringBuilder();
        for (ItemView item : items) {
            append(lines, item);
        }
        return lines.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Ends in a line feed alone, as memcached's do. */
    private static void append(StringBuilder lines, ItemView view) {
        appendEncoded(lines.append("key="), view.item().key);
        lines.append(" exp=").append(expirySeconds(view.expiry()));
        lines.append(" la=").append(view.lastUse() / 1000);
        lines.append(" cas=").append(view.item().cas);
        lines.append(" fetch=").append(view.fetched() ? "yes" : "no");
        lines.append(" cls=").append(CLASS);
        lines.append(" size=").append(view.item().size()).append('\n');
    }

    /** Rounded up: who copies an item must not make it live shorter. */
    private static long expirySeconds(long expiry) {
        return expiry == Expiration.NEVER ? -1 : (expiry + 999) / 1000;
    }

    private static void appendEncoded(StringBuilder line, byte[] key) {
        for (byte b : key) {
            char c = (char) (b & 0xff);
            if (isUnreserved(c)) {
                line.append(c);
            } else {
                line.append('%').append(hexDigit(c >> 4)).append(hexDigit(c & 15));
            }
        }
    }

    private static boolean isUnreserved(char c) {
        return (c < 0x80 && Character.isLetterOrDigit(c)) || UNRESERVED.indexOf(c) >= 0;
    }

    private static char hexDigit(int value) {
        return Character.toUpperCase(Character.forDigit(value, 16));
    }
}
