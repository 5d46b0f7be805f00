package org.keepsake.node.session.transcoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.net.URL;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.Stamp;

class JavaTranscoderTest {

    record Item(String name, BigDecimal price) implements Serializable {}

    private static final class Cart implements Serializable {
        private static final long serialVersionUID = 1L;
        private final List<Item> items = new ArrayList<>();
    }

    private static final class Chain implements Serializable {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("UnusedVariable") // read by serialization
        private Object next = "end";
    }

    private final Transcoder transcoder =
            Transcoders.named("java", JavaTranscoderTest.class.getClassLoader(), TranscoderSettings.DEFAULTS);
    private final AttributeCodec codec = new AttributeCodec(transcoder);

    private Object back(Object value) throws TranscodingFailed {
        return codec.decode(codec.encode(value, Stamp.NONE));
    }

    @Test
    void takesTheApplicationsObjectsAndTheValuesOfTheJdk() throws TranscodingFailed {
        List<Object> values = List.of(
                "text",
                "lone \uD800 surrogate",
                1,
                2L,
                3.5,
                true,
                'c',
                (short) 4,
                new BigDecimal("12.50"),
                Instant.EPOCH,
                ZonedDateTime.now(ZoneId.of("Asia/Shanghai")),
                UUID.randomUUID(),
                Locale.CHINA,
                TimeUnit.DAYS,
                List.of(1, 2),
                Map.of("a", 1),
                Collections.unmodifiableList(new ArrayList<>(List.of("x"))),
                new TreeMap<>(Map.of("k", "v")),
                new HashMap<>(Map.of(1, new int[] {1}.length)),
                new ConcurrentHashMap<>(Map.of("k", "v")),
                new EnumMap<>(Map.of(TimeUnit.DAYS, 1)),
                new Item("tea", BigDecimal.ONE),
                new IllegalStateException("kept").getMessage());
        for (Object value : values) {
            assertEquals(value, back(value), value.getClass().getName());
        }
        assertArrayEquals(new byte[] {1, 2}, (byte[]) back(new byte[] {1, 2}));
        Cart cart = new Cart();
        cart.items.add(new Item("tea", BigDecimal.TEN));
        assertEquals(cart.items, assertInstanceOf(Cart.class, back(cart)).items);
    }

    private static byte[] serialized(Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }

    /** Its hashCode asks the name service: published attacks use it to probe for a way in. */
    private static Object gadget() throws IOException {
        return new ArrayList<>(List.of(new URL("http://127.0.0.1/")));
    }

    @Test
    void refusesAGadgetBothWays() throws IOException {
        Object gadget = gadget();
        byte[] bytes = serialized(gadget);
        assertThrows(TranscodingFailed.class, () -> transcoder.decode(bytes));
        assertThrows(TranscodingFailed.class, () -> transcoder.encode(gadget));
        assertThrows(TranscodingFailed.class, () -> transcoder.encode(new ArrayList<>(List.of(gadget))));
    }

    @Test
    void refusesWhatIsNotSerializable() {
        TranscodingFailed e = assertThrows(
                TranscodingFailed.class, () -> transcoder.encode(new ArrayList<>(List.of(Optional.of(1)))));
        assertEquals("java.io.NotSerializableException: java.util.Optional", e.getMessage());
    }

    @Test
    void refusesAnArrayThatItsBytesCannotFill() throws IOException {
        byte[] bytes = serialized(new long[4]);
        bytes[bytes.length - 4 * 8 - 4] = 0x7f;
        assertThrows(TranscodingFailed.class, () -> transcoder.decode(bytes));
    }

    @Test
    void endsAGraphThatIsTooDeepWithARefusal() throws IOException {
        Chain first = new Chain();
        Chain last = first;
        for (int i = 0; i < 200_000; i++) {
            Chain next = new Chain();
            last.next = next;
            last = next;
        }
        assertThrows(TranscodingFailed.class, () -> transcoder.encode(first));
    }

    @Test
    void refusesBytesThatAreNothing() {
        assertThrows(TranscodingFailed.class, () -> transcoder.decode(new byte[] {1, 2, 3}));
        assertThrows(
                TranscodingFailed.class,
                () -> codec.decode(new Attribute(Stamp.NONE, Attribute.LONG, "", new byte[3])));
        assertThrows(
                TranscodingFailed.class,
                () -> codec.decode(new Attribute(Stamp.NONE, Attribute.OBJECT, "kryo", new byte[3])));
        assertThrows(TranscodingFailed.class, () -> codec.decode(new Attribute(Stamp.NONE, 77, "", new byte[3])));
    }
}
