package org.keepsake.node.grid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;

/** A member that sends what none of ours sends. */
class ClosedSerializationTest {

    private static GridCluster cluster;

    @BeforeAll
    static void start() {
        cluster = GridCluster.of(2, Duration.ofSeconds(5));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** Says that it is something with a number of ours that nothing has. */
    private static final class Unheard implements EntryProcessor<String, byte[], Object>, IdentifiedDataSerializable {

        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable Object process(Map.Entry<String, byte[]> entry) {
            byte[] unused = entry.setValue(null);
            return null;
        }

        @Override
        public int getFactoryId() {
            return GridFactory.ID;
        }

        @Override
        public int getClassId() {
            return 99;
        }

        @Override
        public void writeData(ObjectDataOutput out) {
            // Nothing belongs to it.
        }

        @Override
        public void readData(ObjectDataInput in) {
            // As above.
        }
    }

    /** A Java object. */
    private static final class Foreign implements EntryProcessor<String, byte[], Object> {

        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable Object process(Map.Entry<String, byte[]> entry) {
            byte[] unused = entry.setValue(null);
            return null;
        }
    }

    @Test
    void refusesANumberThatNothingHas() {
        assertRefused(new Unheard());
    }

    @Test
    void refusesAJavaObject() {
        assertRefused(new Foreign());
    }

    private static void assertRefused(EntryProcessor<String, byte[], Object> processor) {
        GridCluster.Node owner = cluster.node(1);
        GridCluster.Node sender = cluster.node(0);
        String key = owner.keyOf("s:/" + processor.getClass().getSimpleName() + ":");
        assertEquals(Outcome.OK, sender.store.add(key, new byte[7], 0).join().outcome());
        var map = sender.hazelcast.<String, byte[]>getMap("keepsake.sessions");
        CompletionException refused = assertThrows(
                CompletionException.class,
                () -> map.submitToKey(key, processor).toCompletableFuture().join());
        assertInstanceOf(HazelcastSerializationException.class, refused.getCause());
        cluster.nodes()
                .forEach(node ->
                        assertInstanceOf(Reply.Found.class, node.store.gets(key).join()));
        cluster.settle();
    }
}
