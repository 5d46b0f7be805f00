package org.keepsake.node.session.transcoder;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --copy-collections-for-serialization}. */
class CopiedCollectionsTest {

    private static Transcoder transcoder(String name) {
        return Transcoders.named(
                name, CopiedCollectionsTest.class.getClassLoader(), new TranscoderSettings(List.of(), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "xstream", "flexjson", "javolution"})
    void encodesCollectionsThatAnotherRequestChangesMeanwhile(String name) throws Exception {
        Map<String, Object> map = new HashMap<>();
        List<Object> list = new ArrayList<>();
        Set<Object> set = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            map.put("key" + i, i);
            list.add(i);
            set.add(i);
        }
        Object all = new Object[] {map, list, set};
        Transcoder transcoder = transcoder(name);
        AtomicBoolean stop = new AtomicBoolean();
        Thread changing = new Thread(() -> {
            for (int i = 0; !stop.get(); i++) {
                map.put("other" + i % 7, i);
                map.remove("other" + (i + 3) % 7);
                set.add(-i % 5);
                set.remove(-(i + 2) % 5);
                list.set(i % 50, i);
                LockSupport.parkNanos(1_000);
            }
        });
        // Until it is compiled a copy takes longer than the pause between two changes.
        for (int i = 0; i < 300; i++) {
            assertDoesNotThrow(() -> transcoder.encode(all));
        }
        changing.start();
        try {
            for (int i = 0; i < 1_000; i++) {
                assertDoesNotThrow(() -> transcoder.encode(all));
            }
        } finally {
            stop.set(true);
            changing.join();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "xstream", "flexjson", "javolution"})
    void keepsWhatIsSharedAndWhatHoldsItself(String name) throws TranscodingFailed {
        List<Object> shared = new ArrayList<>();
        shared.add(shared);
        Object[] back = (Object[]) transcoder(name).decode(transcoder(name).encode(new Object[] {shared, shared}));
        assertSame(back[0], back[1]);
        assertSame(back[0], ((List<?>) back[0]).get(0));
        assertEquals(1, ((List<?>) back[0]).size());
    }
}
