package org.keepsake.node.session.transcoder.graph;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.transcoder.TranscoderContext;
import org.keepsake.node.session.transcoder.TranscodingFailed;
import org.keepsake.node.session.transcoder.ValueConverter;
import org.objenesis.Objenesis;

/**
 * Makes objects of the elements of one graph. Used once, by one thread. Whatever the elements say, objects are made of
 * allowed classes alone, in the shape that their class has.
 */
final class GraphReader {

    private final TranscoderContext context;
    private final Shapes shapes;
    private final Converters converters;
    private final Objenesis maker;

    private final Map<Integer, Object> met = new HashMap<>();
    private int depth;

    GraphReader(TranscoderContext context, Shapes shapes, Converters converters, Objenesis maker) {
        this.context = context;
        this.shapes = shapes;
        this.converters = converters;
        this.maker = maker;
    }

    @Nullable
    Object read(Element element) throws TranscodingFailed, ReflectiveOperationException {
        if (element.type == null) {
            return element.ref == 0 ? null : known(element.ref);
        }
        if (depth == GraphWriter.DEEPEST) {
            throw new TranscodingFailed("its object graph is deeper than " + GraphWriter.DEEPEST, null);
        }
        depth++;
        Object object = object(element, element.type);
        depth--;
        return object;
    }

    private Object known(int id) throws TranscodingFailed {
        Object known = met.get(id);
        if (known == null) {
            throw new TranscodingFailed("it refers to an object that is not there before", null);
        }
        return known;
    }

    private Object object(Element element, String typeName) throws TranscodingFailed, ReflectiveOperationException {
        ValueConverter<?> converter = converters.named(typeName);
        if (converter != null) {
            return converter.read(text(element));
        }
        Class<?> type = context.load(typeName);
        Shape shape = type.isEnum() ? Shape.ENUM : shapes.of(type);
        // A collection with a text is the shell of one that is more than its elements.
        boolean isShell = element.text != null && shape.precedesItsParts();
        return shape.precedesItsParts() && !isShell ? filled(element, type, shape) : made(element, type, shape);
    }

    private Object made(Element element, Class<?> type, Shape shape)
            throws TranscodingFailed, ReflectiveOperationException {
        Object object = switch (shape) {
            case VALUE -> Values.read(type, text(element));
            case ENUM -> constant(type, text(element));
            case PRIMITIVES ->
                Primitives.array(type.getComponentType(), Base64.getDecoder().decode(text(element)));
            case RECORD -> record(element, type);
            case IMMUTABLE -> Containers.immutable(type, parts(element));
            default -> shell(element);
        };
        remember(element, object);
        return object;
    }

    private void remember(Element element, Object object) {
        if (element.id != 0) {
            met.put(element.id, object);
        }
    }

    private static String text(Element element) throws TranscodingFailed {
        if (element.text == null) {
            throw new TranscodingFailed("it lacks the text of a " + element.type, null);
        }
        return element.text;
    }

    static Object constant(Class<?> type, String name) throws TranscodingFailed {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new TranscodingFailed(type.getName() + ": has no constant of the name that was written", null);
    }

    private Object record(Element element, Class<?> type) throws TranscodingFailed, ReflectiveOperationException {
        requireNames(element);
        Map<String, @Nullable Object> values = new HashMap<>();
        for (int i = 0; i < element.parts.size(); i++) {
            values.put(element.names.get(i), read(element.parts.get(i)));
        }
        return Fields.make(type, values);
    }

    private static void requireNames(Element element) throws TranscodingFailed {
        if (element.names.size() != element.parts.size()) {
            throw new TranscodingFailed("it lacks the names of the fields of a " + element.type, null);
        }
    }

    private Object[] parts(Element element) throws TranscodingFailed, ReflectiveOperationException {
        @Nullable Object[] parts = new @Nullable Object[element.parts.size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = read(element.parts.get(i));
        }
        return parts;
    }

    private Object shell(Element element) throws TranscodingFailed, ReflectiveOperationException {
        Object[] others = parts(element);
        return context.unshell(Base64.getDecoder().decode(text(element)), number -> others[number]);
    }

    private Object filled(Element element, Class<?> type, Shape shape)
            throws TranscodingFailed, ReflectiveOperationException {
        switch (shape) {
            case ARRAY -> {
                Object array = Array.newInstance(type.getComponentType(), element.parts.size());
                remember(element, array);
                for (int i = 0; i < element.parts.size(); i++) {
                    Array.set(array, i, read(element.parts.get(i)));
                }
                return array;
            }
            case COLLECTION -> {
                Collection<Object> collection = Containers.collection(type, comparator(element, type));
                remember(element, collection);
                for (Element part : elements(element, type)) {
                    Containers.add(collection, read(part));
                }
                return collection;
            }
            case MAP -> {
                Map<Object, Object> map = Containers.map(type, comparator(element, type));
                remember(element, map);
                entries(map, elements(element, type));
                return map;
            }
            default -> {
                return fields(element, type);
            }
        }
    }

    private static List<Element> elements(Element element, Class<?> type) {
        return Containers.hasComparator(type) ? element.parts.subList(1, element.parts.size()) : element.parts;
    }

    @SuppressWarnings("unchecked")
    private @Nullable Comparator<Object> comparator(Element element, Class<?> type)
            throws TranscodingFailed, ReflectiveOperationException {
        if (!Containers.hasComparator(type)) {
            return null;
        }
        if (element.parts.isEmpty()) {
            throw new TranscodingFailed("it lacks the order of a " + type.getName(), null);
        }
        return (Comparator<Object>) read(element.parts.get(0));
    }

    private void entries(Map<Object, Object> map, List<Element> parts)
            throws TranscodingFailed, ReflectiveOperationException {
        if (parts.size() % 2 != 0) {
            throw new TranscodingFailed("a key has no value", null);
        }
        for (int i = 0; i < parts.size(); i += 2) {
            Containers.put(map, read(parts.get(i)), read(parts.get(i + 1)));
        }
    }

    /** Fields that are not written keep what a fresh object has: nothing; those the class has no more are left out. */
    private Object fields(Element element, Class<?> type) throws TranscodingFailed, ReflectiveOperationException {
        requireNames(element);
        Object object = maker.newInstance(type);
        remember(element, object);
        Map<String, Field> fields = Fields.of(type);
        for (int i = 0; i < element.parts.size(); i++) {
            @Nullable Object value = read(element.parts.get(i));
            Fields.set(fields.get(element.names.get(i)), object, value);
        }
        return object;
    }
}
