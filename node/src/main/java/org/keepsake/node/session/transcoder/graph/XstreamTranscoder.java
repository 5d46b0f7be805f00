package org.keepsake.node.session.transcoder.graph;

import com.thoughtworks.xstream.XStream;
import com.thoughtworks.xstream.converters.Converter;
import com.thoughtworks.xstream.converters.ConverterMatcher;
import com.thoughtworks.xstream.converters.DataHolder;
import com.thoughtworks.xstream.converters.SingleValueConverter;
import com.thoughtworks.xstream.core.MapBackedDataHolder;
import com.thoughtworks.xstream.io.xml.StaxDriver;
import com.thoughtworks.xstream.security.NoTypePermission;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.transcoder.Transcoder;
import org.keepsake.node.session.transcoder.TranscoderContext;
import org.keepsake.node.session.transcoder.TranscodingFailed;

/** XStream behind the allow-list. Thread-safe. */
final class XstreamTranscoder implements Transcoder {

    /** The JDK's own parser, with document types and entities switched off. */
    private static final class JdkXml extends StaxDriver {
        @Override
        protected XMLInputFactory createInputFactory() {
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            return factory;
        }

        @Override
        protected XMLOutputFactory createOutputFactory() {
            return XMLOutputFactory.newDefaultFactory();
        }
    }

    private final JdkXml driver = new JdkXml();
    private final XStream xstream = new XStream(driver);

    XstreamTranscoder(TranscoderContext context) {
        xstream.setClassLoader(context.classLoader());
        xstream.addPermission(NoTypePermission.NONE);
        xstream.addPermission(type -> type != null && context.allows(type));
        xstream.setMarshallingStrategy(new XstreamReferences());
        xstream.registerConverter(new XstreamShapes(context), XStream.PRIORITY_VERY_HIGH);
        for (ConverterMatcher converter : context.customConverters(ConverterMatcher.class)) {
            register(converter);
        }
    }

    /** Those registered last are asked first. */
    private void register(ConverterMatcher converter) {
        if (converter instanceof Converter whole) {
            xstream.registerConverter(whole, XStream.PRIORITY_VERY_HIGH);
        } else if (converter instanceof SingleValueConverter text) {
            xstream.registerConverter(text, XStream.PRIORITY_VERY_HIGH);
        } else {
            throw new IllegalArgumentException(
                    "custom converter " + converter.getClass().getName()
                            + ": is neither a Converter nor a SingleValueConverter of XStream");
        }
    }

    @Override
    public String name() {
        return "xstream";
    }

    @Override
    public byte[] encode(Object value) throws TranscodingFailed {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
            // In an array, for XStream calls some classes by the name of another where there is nothing around them.
            xstream.toXML(new Object[] {value}, bytes);
            return bytes.toByteArray();
        } catch (RuntimeException | LinkageError e) {
            throw new TranscodingFailed(firstLine(e), e);
        } catch (StackOverflowError e) {
            throw new TranscodingFailed("its object graph is too deep", e);
        }
    }

    @Override
    public Object decode(byte[] bytes) throws TranscodingFailed {
        try {
            DataHolder size = new MapBackedDataHolder();
            size.put(XstreamShapes.BYTES, bytes.length);
            @Nullable Object read = xstream.unmarshal(driver.createReader(new ByteArrayInputStream(bytes)), null, size);
            if (!(read instanceof Object[] array) || array.length != 1 || array[0] == null) {
                throw new TranscodingFailed("it is no object", null);
            }
            return array[0];
        } catch (RuntimeException | LinkageError e) {
            throw new TranscodingFailed(firstLine(e), e);
        } catch (StackOverflowError e) {
            throw new TranscodingFailed("its object graph is too deep", e);
        }
    }

    /** XStream adds where it was line by line. */
    private static String firstLine(Throwable e) {
        return e.toString().lines().findFirst().orElse("");
    }
}
