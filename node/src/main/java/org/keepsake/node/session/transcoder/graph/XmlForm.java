package org.keepsake.node.session.transcoder.graph;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * Elements as XML, by the JDK's own parser with document types and entities switched off. Thread-safe.
 *
 * <pre>
 * nothing    {@code <n/>}
 * reference  {@code <r to="1"/>}
 * object     {@code <o type="the.Class" id="1"> text and parts </o>}, the id only if it is referred to
 * text       {@code <t>as it is</t>}, or {@code <c>UTF-16 units in base64</c>} if XML cannot have it
 * parts      objects, references and nothings, with {@code name="field"} if they are fields
 * </pre>
 */
final class XmlForm implements TextForm {

    private final XMLInputFactory inputs = XMLInputFactory.newDefaultFactory();
    private final XMLOutputFactory outputs = XMLOutputFactory.newDefaultFactory();

    XmlForm() {
        inputs.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        inputs.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        inputs.setProperty(XMLInputFactory.IS_COALESCING, true);
        inputs.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    }

    @Override
    public byte[] write(Element root) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try {
            XMLStreamWriter out = outputs.createXMLStreamWriter(bytes, "UTF-8");
            write(root, null, out);
            out.writeEndDocument();
            out.close();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(Element element, @Nullable String name, XMLStreamWriter out)
            throws XMLStreamException, IOException {
        String tag = element.type != null ? "o" : element.ref != 0 ? "r" : "n";
        if (element.type == null || (element.text == null && element.parts.isEmpty())) {
            out.writeEmptyElement(tag);
            attributes(element, name, out);
            return;
        }
        out.writeStartElement(tag);
        attributes(element, name, out);
        if (element.text != null) {
            text(element.text, out);
        }
        for (int i = 0; i < element.parts.size(); i++) {
            write(element.parts.get(i), element.names.isEmpty() ? null : element.names.get(i), out);
        }
        out.writeEndElement();
    }

    private static void attributes(Element element, @Nullable String name, XMLStreamWriter out)
            throws XMLStreamException, IOException {
        attribute("name", name, out);
        attribute("type", element.type, out);
        attribute("id", element.id == 0 ? null : Integer.toString(element.id), out);
        attribute("to", element.ref == 0 ? null : Integer.toString(element.ref), out);
    }

    private static void attribute(String attribute, @Nullable String value, XMLStreamWriter out)
            throws XMLStreamException, IOException {
        if (value == null) {
            return;
        }
        if (!Chars.fitText(value)) {
            throw new IOException("a name that XML cannot have");
        }
        out.writeAttribute(attribute, value);
    }

    private static void text(String text, XMLStreamWriter out) throws XMLStreamException {
        boolean fits = Chars.fitText(text);
        out.writeStartElement(fits ? "t" : "c");
        out.writeCharacters(fits ? text : Chars.coded(text));
        out.writeEndElement();
    }

    @Override
    public Element read(byte[] bytes) throws IOException {
        try {
            XMLStreamReader in = reader(bytes);
            if (in.nextTag() != XMLStreamConstants.START_ELEMENT) {
                throw new IOException("not XML of an object");
            }
            Element root = element(in, 0);
            in.close();
            return root;
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    /** The factory says nowhere that it may be shared while it makes readers. */
    private synchronized XMLStreamReader reader(byte[] bytes) throws XMLStreamException {
        return inputs.createXMLStreamReader(new ByteArrayInputStream(bytes), "UTF-8");
    }

    /** The reader stands at its start tag, and afterwards at its end tag. */
    private static Element element(XMLStreamReader in, int depth) throws XMLStreamException, IOException {
        if (depth > GraphWriter.DEEPEST) {
            throw new IOException("its elements are deeper than " + GraphWriter.DEEPEST);
        }
        Element element = start(in);
        while (in.nextTag() == XMLStreamConstants.START_ELEMENT) {
            if (in.getLocalName().equals("t")) {
                element.text = in.getElementText();
            } else if (in.getLocalName().equals("c")) {
                element.text = Chars.decoded(in.getElementText());
            } else {
                part(element, in, depth);
            }
        }
        return element;
    }

    private static void part(Element element, XMLStreamReader in, int depth) throws XMLStreamException, IOException {
        String name = in.getAttributeValue(null, "name");
        if (name != null) {
            element.names.add(name);
        }
        element.parts.add(element(in, depth + 1));
    }

    private static Element start(XMLStreamReader in) throws IOException {
        switch (in.getLocalName()) {
            case "n" -> {
                return Element.nothing();
            }
            case "r" -> {
                return Element.reference(number(in, "to"));
            }
            case "o" -> {
                String type = in.getAttributeValue(null, "type");
                if (type == null) {
                    throw new IOException("an object without a type");
                }
                Element object = Element.object(type);
                object.id = in.getAttributeValue(null, "id") == null ? 0 : number(in, "id");
                return object;
            }
            default -> throw new IOException("a tag that is not known here");
        }
    }

    private static int number(XMLStreamReader in, String attribute) throws IOException {
        String text = in.getAttributeValue(null, attribute);
        if (text == null) {
            throw new IOException("a reference to nothing");
        }
        return Integer.parseInt(text);
    }
}
