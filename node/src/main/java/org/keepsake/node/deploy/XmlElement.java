package org.keepsake.node.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * One element of a deployment descriptor with its children, without namespaces: descriptors of every age, from the DTD
 * of 1999 to the schema of Jakarta EE 10, read alike. Nothing outside of the file is ever fetched.
 */
final class XmlElement {

    private static final int MAX_DEPTH = 64;

    private final String name;
    private final int line;
    private final Map<String, String> attributes = new HashMap<>();
    private final List<XmlElement> children = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    private XmlElement(String name, int line) {
        this.name = name;
        this.line = line;
    }

    /**
     * Reads a whole document.
     *
     * @param source how a failure names the file
     */
    static XmlElement read(InputStream in, String source) throws IOException {
        try {
            XMLStreamReader reader = factory().createXMLStreamReader(in);
            try {
                return read(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNumber();
            throw new DeploymentFailed(source + " line " + line + ": " + firstLine(e), e);
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> InputStream.nullInputStream());
        return factory;
    }

    private static XmlElement read(XMLStreamReader reader) throws XMLStreamException {
        Deque<XmlElement> open = new ArrayDeque<>();
        XmlElement root = new XmlElement("", 1);
        open.push(root);
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> open.push(start(reader, open));
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
                    open.element().text.append(reader.getText());
                case XMLStreamConstants.END_ELEMENT -> open.pop();
                default -> {}
            }
        }
        return root.children.get(0);
    }

    private static XmlElement start(XMLStreamReader reader, Deque<XmlElement> open) throws XMLStreamException {
        if (open.size() > MAX_DEPTH) {
            throw new XMLStreamException("elements nest deeper than " + MAX_DEPTH, reader.getLocation());
        }
        XmlElement element =
                new XmlElement(reader.getLocalName(), reader.getLocation().getLineNumber());
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            element.attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        open.element().children.add(element);
        return element;
    }

    /** The JDK's messages span lines ("ParseError at [row,col]:[3,7]\nMessage: ..."); the last one says what is wrong. */
    private static String firstLine(XMLStreamException e) {
        String message = String.valueOf(e.getMessage());
        int start = message.indexOf("Message: ");
        return (start < 0 ? message : message.substring(start + "Message: ".length())).replaceAll("\\s*\\R\\s*", " ");
    }

    String name() {
        return name;
    }

    /** The line its start tag ends on. */
    int line() {
        return line;
    }

    /** What stands between its tags, without the white space around it. */
    String text() {
        return text.toString().strip();
    }

    Optional<String> attribute(String attribute) {
        return Optional.ofNullable(attributes.get(attribute));
    }

    /** The values of all its attributes by name. */
    Map<String, String> attributes() {
        return Map.copyOf(attributes);
    }

    List<XmlElement> children() {
        return children;
    }

    List<XmlElement> all(String child) {
        return children.stream().filter(element -> element.name.equals(child)).toList();
    }

    Optional<XmlElement> first(String child) {
        return children.stream().filter(element -> element.name.equals(child)).findFirst();
    }

    boolean has(String child) {
        return first(child).isPresent();
    }

    /** The text of a child; empty when there is none or it says nothing. */
    Optional<String> text(String child) {
        return first(child).map(XmlElement::text).filter(value -> !value.isEmpty());
    }

    /** The texts of all children of a name. */
    List<String> texts(String child) {
        return all(child).stream().map(XmlElement::text).toList();
    }

    /** The text of a child that must be there. */
    String required(String child) throws DeploymentFailed {
        Optional<String> value = text(child);
        if (value.isEmpty()) {
            throw new DeploymentFailed("line " + line + ": <" + name + "> without <" + child + ">");
        }
        return value.get();
    }

    /** The number in a child, if there is one. */
    Optional<Long> number(String child) throws DeploymentFailed {
        Optional<String> value = text(child);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(value.get()));
        } catch (NumberFormatException e) {
            throw new DeploymentFailed("line " + line + ": <" + child + "> " + value.get() + " is not a number", e);
        }
    }

    /** Name and value pairs such as {@code <init-param><param-name>…}. */
    Map<String, String> pairs(String child, String key, String value) throws DeploymentFailed {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (XmlElement pair : all(child)) {
            pairs.put(pair.required(key), pair.text(value).orElse(""));
        }
        return pairs;
    }
}
