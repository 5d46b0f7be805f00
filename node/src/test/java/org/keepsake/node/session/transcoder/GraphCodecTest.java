package org.keepsake.node.session.transcoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keepsake.node.session.record.Attribute;
import org.keepsake.node.session.record.RecordFormat;
import org.keepsake.node.session.record.Stamp;

class GraphCodecTest {

    private static final Stamp STAMP = Stamp.NONE.next(true, 1);

    private static GraphCodec codec(String transcoder) {
        return new GraphCodec(
                Transcoders.named(transcoder, GraphCodecTest.class.getClassLoader(), TranscoderSettings.DEFAULTS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "xstream", "flexjson", "javolution"})
    void keepsAnObjectThatTwoAttributesShareOneObject(String name) throws TranscodingFailed {
        List<String> shared = new ArrayList<>(List.of("a"));
        GraphCodec.Encoded encoded =
                codec(name).encode(Map.of("one", shared, "two", new ArrayList<>(List.of(shared)), "number", 3L), STAMP);
        assertEquals(Map.of(), encoded.refused());
        assertEquals(STAMP, encoded.attribute().stamp());
        Map<String, Object> back = codec(name).decode(encoded.attribute());
        assertEquals(List.of("number", "one", "two"), new ArrayList<>(back.keySet()));
        assertEquals(3L, back.get("number"));
        assertEquals(List.of("a"), back.get("one"));
        assertNotSame(shared, back.get("one"));
        assertSame(
                back.get("one"), assertInstanceOf(List.class, back.get("two")).get(0));
    }

    @Test
    void leavesOutWhatCannotBeEncodedAndSaysSo() throws TranscodingFailed {
        GraphCodec.Encoded encoded = codec("java").encode(Map.of("good", 1, "bad", Optional.of(1)), STAMP);
        assertEquals(Set.of("bad"), encoded.refused().keySet());
        assertEquals(Map.of("good", 1), codec("java").decode(encoded.attribute()));
    }

    @Test
    void makesTheSameBytesOfTheSameContent() throws TranscodingFailed {
        Attribute one =
                codec("java").encode(Map.of("a", 1, "b", 2, "c", 3), STAMP).attribute();
        Attribute other =
                codec("java").encode(Map.of("c", 3, "b", 2, "a", 1), STAMP).attribute();
        assertTrue(one.sameContent(other));
    }

    @Test
    void refusesWhatIsNoGraph() throws TranscodingFailed {
        Transcoder java = Transcoders.named("java", GraphCodecTest.class.getClassLoader(), TranscoderSettings.DEFAULTS);
        for (Object wrong : List.of("text", new Object[] {"a"}, new Object[] {1, 2}, new Object[] {"a", null})) {
            Attribute attribute = new Attribute(STAMP, Attribute.OBJECT, "java", java.encode(wrong));
            assertThrows(TranscodingFailed.class, () -> codec("java").decode(attribute));
        }
        Attribute others = new Attribute(STAMP, Attribute.OBJECT, "kryo", new byte[0]);
        assertThrows(TranscodingFailed.class, () -> codec("java").decode(others));
        assertTrue(RecordFormat.canName(GraphCodec.ATTRIBUTE));
    }
}
