package org.keepsake.node.session.transcoder.graph;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Elements as JSON, by the streaming parser of Jackson, which makes no objects. Thread-safe.
 *
 * <pre>
 * nothing    {@code null}
 * reference  {@code {"ref":1}}
 * String, Integer, Boolean
 *            as JSON has them
 * object     {@code {"type":"the.Class","id":1,"text":…,"fields":{…},"parts":[…]}}, each only if there is one; {@code
 *            "chars"}, UTF-16 units in base64, instead of a text that UTF-8 cannot have
 * </pre>
 */
final class JsonForm implements TextForm {

    private static final String STRING = "java.lang.String";
    private static final String INTEGER = "java.lang.Integer";
    private static final String BOOLEAN = "java.lang.Boolean";

    /** The bytes are there already: only the depth needs a limit, two for each object. */
    private final JsonFactory json = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(2 * GraphWriter.DEEPEST + 2)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .streamWriteConstraints(StreamWriteConstraints.builder()
                    .maxNestingDepth(2 * GraphWriter.DEEPEST + 2)
                    .build())
            .build();

    @Override
    public byte[] write(Element root) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator out = json.createGenerator(bytes)) {
            write(root, out);
        }
        return bytes.toByteArray();
    }

    private static void write(Element element, JsonGenerator out) throws IOException {
        String text = element.text;
        if (element.type == null) {
            nothingOrReference(element, out);
        } else if (element.type.equals(STRING) && text != null && Chars.fitText(text)) {
            out.writeString(text);
        } else if (element.type.equals(INTEGER) && text != null) {
            out.writeNumber(Integer.parseInt(text));
        } else if (element.type.equals(BOOLEAN) && text != null) {
            out.writeBoolean(text.equals("true"));
        } else {
            object(element, element.type, out);
        }
    }

    private static void nothingOrReference(Element element, JsonGenerator out) throws IOException {
        if (element.ref == 0) {
            out.writeNull();
        } else {
            out.writeStartObject();
            out.writeNumberField("ref", element.ref);
            out.writeEndObject();
        }
    }

    private static void object(Element element, String type, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("type", type);
        if (element.id != 0) {
            out.writeNumberField("id", element.id);
        }
        String text = element.text;
        if (text != null) {
            boolean fits = Chars.fitText(text);
            out.writeStringField(fits ? "text" : "chars", fits ? text : Chars.coded(text));
        }
        if (!element.names.isEmpty()) {
            out.writeObjectFieldStart("fields");
            for (int i = 0; i < element.parts.size(); i++) {
                out.writeFieldName(element.names.get(i));
                write(element.parts.get(i), out);
            }
            out.writeEndObject();
        } else if (!element.parts.isEmpty()) {
            out.writeArrayFieldStart("parts");
            for (Element part : element.parts) {
                write(part, out);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    @Override
    public Element read(byte[] bytes) throws IOException {
        try (JsonParser in = json.createParser(bytes)) {
            JsonToken unused = in.nextToken();
            Element root = element(in);
            if (in.nextToken() != null) {
                throw new IOException("more than one object");
            }
            return root;
        }
    }

    /** The parser stands at its first token, and afterwards at its last. */
    private static Element element(JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        if (token == null) {
            throw new IOException("not JSON of an object");
        }
        return switch (token) {
            case VALUE_NULL -> Element.nothing();
            case VALUE_STRING -> text(STRING, in.getText());
            case VALUE_NUMBER_INT -> text(INTEGER, Integer.toString(in.getIntValue()));
            case VALUE_TRUE, VALUE_FALSE -> text(BOOLEAN, in.getText());
            case START_OBJECT -> object(in);
            default -> throw new IOException("not JSON of an object");
        };
    }

    private static Element text(String type, String text) {
        Element element = Element.object(type);
        element.text = text;
        return element;
    }

    private static Element object(JsonParser in) throws IOException {
        String first = in.nextFieldName();
        if ("ref".equals(first)) {
            Element reference = Element.reference(in.nextIntValue(0));
            if (in.nextToken() != JsonToken.END_OBJECT) {
                throw new IOException("more than a reference");
            }
            return reference;
        }
        String type = "type".equals(first) ? in.nextTextValue() : null;
        if (type == null) {
            throw new IOException("an object without a type");
        }
        Element element = Element.object(type);
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            property(element, name, in);
        }
        return element;
    }

    private static void property(Element element, String name, JsonParser in) throws IOException {
        JsonToken token = in.nextToken();
        switch (name) {
            case "id" -> element.id = in.getIntValue();
            case "text" -> element.text = in.getText();
            case "chars" -> element.text = Chars.decoded(in.getText());
            case "fields" -> {
                require(token, JsonToken.START_OBJECT);
                for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                    JsonToken unused = in.nextToken();
                    element.add(field, element(in));
                }
            }
            case "parts" -> {
                require(token, JsonToken.START_ARRAY);
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    element.parts.add(element(in));
                }
            }
            default -> throw new IOException("a property that is not known here");
        }
    }

    private static void require(JsonToken token, JsonToken expected) throws IOException {
        if (token != expected) {
            throw new IOException("not JSON of an object");
        }
    }
}
