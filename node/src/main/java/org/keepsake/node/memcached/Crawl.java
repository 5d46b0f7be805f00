package org.keepsake.node.memcached;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.store.ListedKey;
import org.keepsake.node.store.Listing;

/**
 * Lists the keys of one store by {@code lru_crawler metadump} (protocol.txt, "LRU_Crawler") on a connection and a thread
 * of its own, once. {@code hash} walks the hash table: {@code all} walks the lists by age, and misses items that move
 * between them. Thread-safe.
 */
final class Crawl implements AutoCloseable {

    /** For each read: a store that goes on is never given up, however much it has. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    /** The store allows one crawl at a time, its own included. */
    private static final Duration BUSY = Duration.ofSeconds(30);

    private static final Duration BUSY_PAUSE = Duration.ofMillis(100);

    /** More than any store of sessions; what a hostile one can fill the heap with. */
    private static final int MOST_KEYS = 10_000_000;

    private static final System.Logger LOG = System.getLogger(Crawl.class.getName());

    private final ConnectionSettings settings;
    private final Server server;
    private final List<String> prefixes;
    private final TextProbe connection = new TextProbe();
    private final CompletableFuture<Listing> listing = new CompletableFuture<>();
    private final Thread thread;

    Crawl(String store, ConnectionSettings settings, Server server, List<String> prefixes) {
        this.settings = settings;
        this.server = server;
        this.prefixes = List.copyOf(prefixes);
        thread = new Thread(this::run, "keepsake store " + store + " listing");
        thread.setDaemon(true);
    }

    CompletableFuture<Listing> start() {
        thread.start();
        return listing;
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            connection.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing a listing", e);
        }
    }

    private void run() {
        try {
            listing.complete(server.text() ? ask() : new Listing.Impossible("it speaks only the binary protocol"));
        } finally {
            // If the heap is too small for the keys, say, and without effect otherwise.
            listing.complete(new Listing.Failed("given up"));
        }
    }

    private Listing ask() {
        try (connection) {
            connection.connect(server.address(), SILENCE);
            boolean unused = connection.login(settings.credentials());
            return connection.incarnation().equals(server.incarnation())
                    ? list()
                    : new Listing.Failed("it is not the store it was");
        } catch (IOException e) {
            return new Listing.Failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            // Only close() interrupts this thread, which ends here.
            return new Listing.Failed("closed");
        }
    }

    private Listing list() throws IOException, InterruptedException {
        long now = now();
        long giveUp = System.nanoTime() + BUSY.toNanos();
        String of = "hash";
        while (true) {
            connection.ask("lru_crawler metadump " + of);
            String first = connection.readLine();
            if (first.startsWith("BUSY")) {
                if (System.nanoTime() - giveUp > 0) {
                    return new Listing.Failed("another crawl is not over within " + BUSY.toSeconds() + " s");
                }
                TimeUnit.NANOSECONDS.sleep(BUSY_PAUSE.toNanos());
            } else if (first.startsWith("BADCLASS") && of.equals("hash")) {
                of = "all";
            } else if (first.startsWith("NOTSTARTED")) {
                return new Listing.Keys(List.of());
            } else if (first.startsWith("key=") || first.equals("END")) {
                return keys(first, now);
            } else {
                return new Listing.Impossible("it does not list its keys: " + first);
            }
        }
    }

    /** Seconds since 1970 by the store's clock. */
    private long now() throws IOException {
        return number(connection.stats("").getOrDefault("time", ""));
    }

    private Listing keys(String first, long now) throws IOException {
        List<ListedKey> keys = new ArrayList<>();
        String line = first;
        while (!line.equals("END")) {
            ListedKey key = key(line, now);
            if (key != null) {
                keys.add(key);
            }
            if (keys.size() > MOST_KEYS) {
                throw new IOException("it lists more than " + MOST_KEYS + " keys");
            }
            line = connection.readLine();
        }
        return new Listing.Keys(keys);
    }

    /** Null if nobody asked for it. */
    private @Nullable ListedKey key(String line, long now) throws IOException {
        int keyEnd = line.indexOf(' ');
        if (!line.startsWith("key=") || !line.startsWith(" exp=", keyEnd)) {
            throw new IOException("it breaks the protocol: no key and expiry in its listing");
        }
        String key = decoded(line.substring("key=".length(), keyEnd));
        if (prefixes.stream().noneMatch(key::startsWith) || Commands.objection(key) != null) {
            return null;
        }
        int expStart = keyEnd + " exp=".length();
        int expEnd = line.indexOf(' ', expStart);
        long expiry = number(line.substring(expStart, expEnd < 0 ? line.length() : expEnd));
        return new ListedKey(key, expiry <= 0 ? 0 : Math.max(1, expiry - now));
    }

    private static long number(String digits) throws IOException {
        try {
            long seconds = Long.parseLong(digits);
            if (seconds >= -1 && seconds < Long.MAX_VALUE / 2) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            throw new IOException("it breaks the protocol: a time that is no number in its listing", e);
        }
        throw new IOException("it breaks the protocol: a time that cannot be in its listing");
    }

    /** Undoes %XX; what is above ASCII becomes one character a byte. */
    private static String decoded(String key) throws IOException {
        if (key.indexOf('%') < 0) {
            return key;
        }
        byte[] bytes = new byte[key.length()];
        int length = 0;
        for (int i = 0; i < key.length(); i++) {
            boolean escaped = key.charAt(i) == '%';
            bytes[length++] = escaped ? (byte) escape(key, i + 1) : (byte) key.charAt(i);
            i += escaped ? 2 : 0;
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static int escape(String key, int at) throws IOException {
        int high = at + 1 < key.length() ? Character.digit(key.charAt(at), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(key.charAt(at + 1), 16);
        if (low < 0) {
            throw new IOException("it breaks the protocol: a bad escape in its listing");
        }
        return high << 4 | low;
    }
}
