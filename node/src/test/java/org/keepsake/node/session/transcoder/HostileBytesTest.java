package org.keepsake.node.session.transcoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stranger may have put into a store, and what an application should not have put into a session. */
@SuppressWarnings("JdkObsolete") // a Vector is written by Java serialization, whatever the transcoder
class HostileBytesTest {

    private static final ClassLoader APPLICATION = HostileBytesTest.class.getClassLoader();

    private static Transcoder transcoder(String name) {
        return Transcoders.named(name, APPLICATION, TranscoderSettings.DEFAULTS);
    }

    /** Its hashCode asks the name service: published attacks use it to probe for a way in. */
    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "xstream", "flexjson", "javolution"})
    void refusesToWriteAGadget(String name) throws Exception {
        List<Object> gadgets = new ArrayList<>(
                List.of(new URL("http://127.0.0.1/"), new ProcessBuilder("true"), Runtime.getRuntime()));
        gadgets.add(Thread.currentThread());
        gadgets.add(APPLICATION);
        for (Object gadget : gadgets) {
            assertThrows(TranscodingFailed.class, () -> transcoder(name).encode(gadget));
            assertThrows(TranscodingFailed.class, () -> transcoder(name).encode(new ArrayList<>(List.of(gadget))));
        }
    }

    /** Bytes of a class that may travel, changed to name one that may not, of the same length. */
    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "xstream", "flexjson", "javolution"})
    void refusesToMakeAGadget(String name) throws Exception {
        byte[] good = transcoder(name).encode(new java.util.Vector<>(List.of(1)));
        String text = new String(good, StandardCharsets.ISO_8859_1);
        for (String gadget : List.of("java.lang.Thread", "java.util.Timer_", "javax.script.Foo")) {
            byte[] bad = text.replace("java.util.Vector", gadget).getBytes(StandardCharsets.ISO_8859_1);
            assertTrue(!Arrays.equals(good, bad), text);
            assertThrows(TranscodingFailed.class, () -> transcoder(name).decode(bad));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "xstream", "flexjson", "javolution"})
    void endsWithAValueOrARefusalWhateverTheBytes(String name) throws Exception {
        Transcoder transcoder = transcoder(name);
        Random random = new Random(7);
        Object value = new ArrayList<>(List.of(
                new Zoo.Item("tea", BigDecimal.ONE, 3),
                new Zoo.Derived(1),
                Map.of("a", new int[] {1, 2}),
                new java.util.Vector<>(List.of("x")),
                Zoo.Size.LARGE,
                new Object[] {"s", 1L}));
        byte[] good = transcoder.encode(value);
        for (int i = 0; i < 3_000; i++) {
            byte[] bytes = random.nextInt(4) == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            for (int n = random.nextInt(4); n >= 0 && bytes.length > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Object unused = transcoder.decode(bytes);
            } catch (TranscodingFailed refused) {
                assertTrue(refused.getMessage() != null, "attempt " + i);
            } catch (Throwable e) {
                throw new AssertionError("attempt " + i, e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "xstream", "flexjson", "javolution"})
    void refusesAGraphThatIsTooDeep(String name) {
        Transcoder transcoder = transcoder(name);
        assertThrows(TranscodingFailed.class, () -> transcoder.encode(Zoo.chain(200_000)));
    }

    @Test
    void readsNoEntitiesAndNoDocumentTypes() {
        String bomb = "<?xml version=\"1.0\"?><!DOCTYPE o [<!ENTITY a SYSTEM \"file:///etc/hostname\">]>"
                + "<o type=\"java.lang.String\"><t>&a;</t></o>";
        assertThrows(
                TranscodingFailed.class, () -> transcoder("javolution").decode(bomb.getBytes(StandardCharsets.UTF_8)));
        String xstream = "<?xml version=\"1.0\"?><!DOCTYPE o [<!ENTITY a SYSTEM \"file:///etc/hostname\">]>"
                + "<object-array length=\"1\"><p class=\"java.lang.String\">&a;</p></object-array>";
        assertThrows(
                TranscodingFailed.class, () -> transcoder("xstream").decode(xstream.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void saysWhichTranscodersThereAre() {
        IllegalArgumentException unknown = assertThrows(IllegalArgumentException.class, () -> transcoder("gson"));
        assertEquals("transcoder gson: is none of flexjson, java, javolution, kryo, xstream", unknown.getMessage());
    }
}
