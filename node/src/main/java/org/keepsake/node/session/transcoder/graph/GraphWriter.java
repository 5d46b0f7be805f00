package org.keepsake.node.session.transcoder.graph;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Base64;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.transcoder.TranscoderContext;
import org.keepsake.node.session.transcoder.TranscodingFailed;
import org.keepsake.node.session.transcoder.ValueConverter;

/** Makes elements of one graph of objects. Used once, by one thread. */
final class GraphWriter {

    static final int DEEPEST = 1_000;

    private final TranscoderContext context;
    private final Shapes shapes;
    private final Converters converters;

    /** What was met, and must stay one object. */
    private final IdentityHashMap<Object, Element> met = new IdentityHashMap<>();

    private int lastId;
    private int depth;

    GraphWriter(TranscoderContext context, Shapes shapes, Converters converters) {
        this.context = context;
        this.shapes = shapes;
        this.converters = converters;
    }

    Element write(@Nullable Object value) throws TranscodingFailed, ReflectiveOperationException {
        if (value == null) {
            return Element.nothing();
        }
        Class<?> type = value.getClass();
        ValueConverter<?> converter = converters.of(type);
        if (converter != null) {
            return text(type, written(converter, value));
        }
        Shape shape = shapes.of(type);
        if (shape == Shape.ENUM) {
            Enum<?> constant = (Enum<?>) value;
            return text(constant.getDeclaringClass(), constant.name());
        }
        if (shape == Shape.VALUE && !Values.isMutable(type)) {
            return text(type, Values.write(value));
        }
        Element known = met.get(value);
        return known == null ? object(value, type, shape) : reference(known, type, shape);
    }

    @SuppressWarnings("unchecked")
    private static <T> String written(ValueConverter<T> converter, Object value) {
        return converter.write((T) value);
    }

    private static Element text(Class<?> type, String text) {
        Element element = Element.object(type.getName());
        element.text = text;
        return element;
    }

    private Element reference(Element known, Class<?> type, Shape shape) throws TranscodingFailed {
        if (!known.finished && !shape.precedesItsParts()) {
            throw new TranscodingFailed(type.getName() + ": refers back to itself before it can be made", null);
        }
        if (known.id == 0) {
            lastId++;
            known.id = lastId;
        }
        return Element.reference(known.id);
    }

    private Element object(Object value, Class<?> type, Shape shape)
            throws TranscodingFailed, ReflectiveOperationException {
        if (depth == DEEPEST) {
            throw new TranscodingFailed("its object graph is deeper than " + DEEPEST, null);
        }
        Element element = Element.object(type.getName());
        met.put(value, element);
        depth++;
        fill(element, value, type, shape);
        depth--;
        element.finished = true;
        return element;
    }

    private void fill(Element element, Object value, Class<?> type, Shape shape)
            throws TranscodingFailed, ReflectiveOperationException {
        switch (shape) {
            case VALUE -> element.text = Values.write(value);
            case PRIMITIVES -> element.text = Base64.getEncoder().encodeToString(Primitives.bytes(value));
            case ARRAY -> {
                for (int i = 0; i < Array.getLength(value); i++) {
                    element.parts.add(write(Array.get(value, i)));
                }
            }
            case COLLECTION, MAP, IMMUTABLE -> container(element, value, type);
            case RECORD -> {
                for (RecordComponent component : type.getRecordComponents()) {
                    element.add(component.getName(), write(Fields.get(component, value)));
                }
            }
            case FIELDS -> {
                for (Map.Entry<String, Field> field : Fields.of(type).entrySet()) {
                    element.add(field.getKey(), write(field.getValue().get(value)));
                }
            }
            case SHELL -> shell(element, value);
            case ENUM -> throw new IllegalStateException("an enum has no parts");
        }
    }

    private void container(Element element, Object value, Class<?> type)
            throws TranscodingFailed, ReflectiveOperationException {
        if (Containers.isInAccessOrder(value)) {
            shell(element, value);
            return;
        }
        if (Containers.hasComparator(type)) {
            element.parts.add(write(Containers.comparatorOf(value)));
        }
        List<@Nullable Object> elements = context.iterate(() -> Containers.elementsOf(value));
        for (Object each : elements) {
            element.parts.add(write(each));
        }
    }

    private void shell(Element element, Object value) throws TranscodingFailed, ReflectiveOperationException {
        TranscoderContext.Shell shell = context.shell(value, shapes::isValue);
        element.text = Base64.getEncoder().encodeToString(shell.bytes());
        for (Object other : shell.others()) {
            element.parts.add(write(other));
        }
    }
}
