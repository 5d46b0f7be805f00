package org.keepsake.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpiryHeapTest {

    private final ExpiryHeap heap = new ExpiryHeap();

    private static Item expiringAt(long expiry) {
        return new Item(new byte[0], 0, 0, Value.of(new byte[0]), 0, expiry);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void givesTheSoonestFirstWhateverWasRemovedBetween(long seed) {
        Random random = new Random(seed);
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            Item item = expiringAt(random.nextInt(1000));
            items.add(item);
            heap.add(item);
            if (random.nextInt(3) == 0) {
                heap.remove(items.remove(random.nextInt(items.size())));
            }
        }
        items.sort((a, b) -> Long.compare(a.expiry, b.expiry));
        for (Item expected : items) {
            Item soonest = heap.soonest();
            assertNotNull(soonest);
            assertEquals(expected.expiry, soonest.expiry, "seed " + seed);
            heap.remove(soonest);
        }
        assertNull(heap.soonest());
    }

    @Test
    void leavesOutWhatNeverExpires() {
        Item item = expiringAt(Expiration.NEVER);
        heap.add(item);
        assertNull(heap.soonest());
        heap.remove(item);
    }
}
