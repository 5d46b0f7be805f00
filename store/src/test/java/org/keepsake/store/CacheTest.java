package org.keepsake.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CacheTest {

    private static final int MEGABYTE = TestConfigs.MEGABYTE;

    private final ManualTicker ticker = new ManualTicker();
    private final Statistics statistics = new Statistics();
    private Cache cache = cache(64L * MEGABYTE);

    private Cache cache(long memory) {
        return new Cache(TestConfigs.memory(memory), ticker, statistics);
    }

    private static Key key(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return Key.of(bytes, 0, bytes.length);
    }

    private void set(String key, int length, int exptime) {
        assertEquals(
                StoreResult.STORED,
                cache.store(StorageMode.SET, key(key), 0, exptime, Value.copyOf(new byte[length], 0, length), 0)
                        .result());
    }

    private @Nullable Item get(String key) {
        return cache.get(key(key));
    }

    @Test
    void canReadEverySetAtOnceAndStaysWithinItsMemory() {
        Random random = new Random(42);
        long stored = 0;
        for (int i = 0; stored < 4 * 64L * MEGABYTE; i++) {
            int length = 1 + random.nextInt(200_000);
            set("k" + i, length, 0);
            stored += length;
            Item item = get("k" + i);
            assertNotNull(item);
            assertEquals(length, item.value.length());
            assertTrue(cache.bytes() <= 64L * MEGABYTE);
        }
        assertTrue(cache.bytes() >= 60L * MEGABYTE, cache.bytes() + " bytes in use");
        assertTrue(statistics.get(Counter.EVICTIONS) > 0);
    }

    @Test
    void keepsHotItemsAndTheNewestThroughAScan() {
        cache = cache(4L * MEGABYTE);
        for (int i = 0; i < 200; i++) {
            set("hot" + i, 1000, 0);
        }
        for (int i = 0; i < 40_000; i++) {
            set("scan" + i, 1000, 0);
            get("hot" + i % 200);
        }
        for (int i = 0; i < 200; i++) {
            assertNotNull(get("hot" + i), "hot" + i);
        }
        for (int i = 39_000; i < 40_000; i++) {
            assertNotNull(get("scan" + i), "scan" + i);
        }
    }

    @Test
    void evictsExactlyTheLeastRecentlyUsedAcrossShards() {
        cache = cache(2L * MEGABYTE);
        int size = Item.sizeOf(4, 10_000);
        int fitting = 2 * MEGABYTE / size;
        for (int i = 0; i < fitting; i++) {
            set("k" + (100 + i), 10_000, 0);
        }
        get("k100");
        cache.touch(key("k102"), 0);
        for (int i = 0; i < 3; i++) {
            set("n" + (100 + i), 10_000, 0);
        }
        assertNotNull(get("k100"));
        assertNull(get("k101"));
        assertNotNull(get("k102"));
        assertNull(get("k103"));
        assertNull(get("k104"));
        assertNotNull(get("k105"));
        assertEquals(3, statistics.get(Counter.EVICTIONS));
    }

    @Test
    void reclaimsExpiredItemsBeforeItEvictsALiveOne() {
        for (int i = 0; i < 3000; i++) {
            set("live" + i, 1000, 100);
        }
        for (int i = 0; i < 9_000; i++) {
            set("short" + i, 4000, 1);
        }
        ticker.pass(Duration.ofSeconds(2));
        for (int i = 0; i < 9_000; i++) {
            set("new" + i, 4000, 100);
        }
        for (int i = 0; i < 3000; i++) {
            assertNotNull(get("live" + i));
        }
        assertEquals(0, statistics.get(Counter.EVICTIONS));
        assertTrue(statistics.get(Counter.RECLAIMED) > 0);
    }

    @Test
    void freesExpiredMemoryWithoutBeingAsked() {
        for (int i = 0; i < 10_000; i++) {
            set("k" + i, 1000, 1 + i % 10);
        }
        ticker.pass(Duration.ofSeconds(5));
        cache.sweep();
        assertEquals(5000, cache.items());
        ticker.pass(Duration.ofSeconds(5));
        cache.sweep();
        assertEquals(0, cache.items());
        assertEquals(0, cache.bytes());
    }

    @Test
    void freesFlushedMemoryWithoutBeingAsked() {
        set("a", 1000, 0);
        cache.flushAll(10);
        ticker.pass(Duration.ofSeconds(10));
        cache.sweep();
        assertEquals(0, cache.bytes());
    }

    @Test
    void replacesAnItemInAFullCacheWithoutLosingOthersForIt() {
        cache = cache(2L * MEGABYTE);
        for (int i = 0; cache.bytes() < 2L * MEGABYTE - 2000; i++) {
            set("k" + i, 1000, 0);
        }
        long items = cache.items();
        for (int i = 0; i < items; i++) {
            set("k" + i, 1000, 0);
        }
        assertEquals(items, cache.items());
        assertEquals(0, statistics.get(Counter.EVICTIONS));
    }

    @Test
    void keepsALongValueInChunks() {
        byte[] data = new byte[5 * Value.CHUNK + 17];
        new Random(7).nextBytes(data);
        Value value = Value.copyOf(data, 0, data.length);
        assertEquals(6, value.chunks());
        assertArrayEquals(data, value.toBytes());
        Value twice = value.followedBy(value);
        assertEquals(2 * data.length, twice.length());
        assertArrayEquals(data, Arrays.copyOfRange(twice.toBytes(), data.length, 2 * data.length));
    }

    @Test
    void growsABufferWithWhatCameAndNotWithWhatWasAnnounced() {
        ValueBuffer buffer = new ValueBuffer(1 << 30);
        assertEquals(0, buffer.held());
        int received = 0;
        byte[] piece = new byte[1000];
        while (received < 10 * MEGABYTE) {
            received += buffer.append(piece, 0, piece.length);
            assertTrue(buffer.held() <= Math.max(256, 2 * received) && buffer.held() <= received + Value.CHUNK);
        }
    }

    @Test
    void keepsItsBooksWhenManyThreadsUseIt() throws Exception {
        cache = cache(2L * MEGABYTE);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> results = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Random random = new Random(i);
            results.add(threads.submit(() -> useAtRandom(random)));
        }
        for (Future<?> result : results) {
            result.get();
        }
        threads.shutdown();
        assertTrue(cache.bytes() > MEGABYTE && cache.bytes() <= 2L * MEGABYTE);
        for (int i = 0; i < 500; i++) {
            cache.delete(key("k" + i), 0);
        }
        assertEquals(0, cache.bytes());
        assertEquals(0, cache.items());
    }

    private void useAtRandom(Random random) {
        for (int i = 0; i < 20_000; i++) {
            String key = "k" + random.nextInt(500);
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> set(key, random.nextInt(20_000), 100 + random.nextInt(100));
                case 3 -> cache.touch(key(key), random.nextInt(3) - 1);
                case 4 -> cache.delete(key(key), 0);
                default -> get(key);
            }
            ticker.pass(Duration.ofMillis(1));
        }
    }

    @Test
    void tellsOfEvictionsAtOnceAndThenOnceAMinute() {
        cache = cache(2L * MEGABYTE);
        List<String> warnings = new ArrayList<>();
        Handler handler = new WarningList(warnings);
        Logger logger = Logger.getLogger(EvictionLog.class.getName());
        logger.addHandler(handler);
        try {
            for (int i = 0; i < 300; i++) {
                set("k" + i, 10_000, 0);
            }
            assertEquals(1, warnings.size());
            ticker.pass(Duration.ofMinutes(1));
            cache.sweep();
            cache.sweep();
        } finally {
            logger.removeHandler(handler);
        }
        assertEquals(2, warnings.size());
        assertEquals(
                "m1: evicted items that had not expired: 1, the memory of 2m is full: raise --memory", warnings.get(0));
    }

    /** Keeps what is logged. */
    private static final class WarningList extends Handler {

        private final List<String> warnings;

        WarningList(List<String> warnings) {
            this.warnings = warnings;
        }

        @Override
        public void publish(LogRecord event) {
            warnings.add(event.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
