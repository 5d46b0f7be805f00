package org.keepsake.node.session.transcoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.DefaultSerializers;
import com.thoughtworks.xstream.converters.basic.AbstractSingleValueConverter;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --custom-converter}. */
class CustomConverterTest {

    record Money(long cents) {}

    public static final class MoneyText implements ValueConverter<Money> {
        @Override
        public Class<Money> type() {
            return Money.class;
        }

        @Override
        public String write(Money money) {
            return money.cents() + " cents";
        }

        @Override
        public Money read(String text) {
            return new Money(Long.parseLong(text.substring(0, text.indexOf(' '))));
        }
    }

    public static final class MoneyXml extends AbstractSingleValueConverter {
        @Override
        @SuppressWarnings("rawtypes")
        public boolean canConvert(Class type) {
            return type == Money.class;
        }

        @Override
        public String toString(Object money) {
            return ((Money) money).cents() + " cents";
        }

        @Override
        public Object fromString(String text) {
            return new Money(Long.parseLong(text.substring(0, text.indexOf(' '))));
        }
    }

    public static final class UrlsInKryo implements Consumer<Kryo> {
        @Override
        public void accept(Kryo kryo) {
            kryo.register(URL.class, new DefaultSerializers.URLSerializer());
        }
    }

    private static Transcoder transcoder(String name, Class<?> converter) {
        return Transcoders.named(
                name,
                CustomConverterTest.class.getClassLoader(),
                new TranscoderSettings(List.of(converter.getName()), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"flexjson", "javolution"})
    void writesATypeAsItsConverterSays(String name) throws TranscodingFailed {
        Transcoder transcoder = transcoder(name, MoneyText.class);
        byte[] bytes = transcoder.encode(List.of(new Money(5)));
        assertTrue(new String(bytes, StandardCharsets.UTF_8).contains("5 cents"));
        assertEquals(List.of(new Money(5)), transcoder.decode(bytes));
    }

    @Test
    void asksXstreamsOwnConverters() throws TranscodingFailed {
        Transcoder transcoder = transcoder("xstream", MoneyXml.class);
        byte[] bytes = transcoder.encode(List.of(new Money(5)));
        assertTrue(new String(bytes, StandardCharsets.UTF_8).contains("5 cents"));
        assertEquals(List.of(new Money(5)), transcoder.decode(bytes));
    }

    @Test
    void letsAClassThatWasRegisteredWithKryoTravel() throws Exception {
        Transcoder transcoder = transcoder("kryo", UrlsInKryo.class);
        URL url = new URL("http://127.0.0.1/");
        assertEquals(url.toString(), transcoder.decode(transcoder.encode(url)).toString());
    }

    @Test
    void saysWhatATranscoderDoesNotTake() {
        assertSaid("java", MoneyText.class, ": transcoder java takes none, a class says itself how it is serialized");
        assertSaid("flexjson", MoneyXml.class, ": is no " + ValueConverter.class.getName());
        assertSaid("kryo", MoneyText.class, ": is no java.util.function.Consumer");
    }

    private static void assertSaid(String name, Class<?> converter, String expected) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> transcoder(name, converter));
        assertEquals("custom converter " + converter.getName() + expected, e.getMessage());
    }
}
