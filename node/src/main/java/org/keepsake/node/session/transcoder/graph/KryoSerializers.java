package org.keepsake.node.session.transcoder.graph;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.transcoder.TranscoderContext;
import org.keepsake.node.session.transcoder.TranscodingFailed;
import org.objenesis.Objenesis;

/** How a Kryo writes objects of each shape. Used by one thread at a time, as its Kryo is. */
final class KryoSerializers {

    private final TranscoderContext context;
    private final Shapes shapes;
    private final Objenesis maker;
    private final KryoReferences references;

    KryoSerializers(TranscoderContext context, Shapes shapes, Objenesis maker, KryoReferences references) {
        this.context = context;
        this.shapes = shapes;
        this.maker = maker;
        this.references = references;
    }

    Map<Shape, Serializer<Object>> all() {
        Map<Shape, Serializer<Object>> all = new EnumMap<>(Shape.class);
        all.put(Shape.VALUE, new Texts());
        all.put(Shape.ENUM, new Enums());
        all.put(Shape.RECORD, new Records());
        all.put(Shape.PRIMITIVES, new PrimitiveArrays());
        all.put(Shape.ARRAY, new Arrays());
        all.put(Shape.COLLECTION, new Collections());
        all.put(Shape.MAP, new Maps());
        all.put(Shape.IMMUTABLE, new Immutables());
        all.put(Shape.FIELDS, new Beans());
        all.put(Shape.SHELL, new Shells());
        return all;
    }

    /** What can go wrong in one that takes an object apart. */
    private abstract static class Parts extends Serializer<Object> {

        abstract void writeParts(Kryo kryo, Output out, Object object)
                throws TranscodingFailed, ReflectiveOperationException;

        abstract Object readParts(Kryo kryo, BoundedInput in, Class<?> type)
                throws TranscodingFailed, ReflectiveOperationException;

        @Override
        public final void write(Kryo kryo, Output out, Object object) {
            try {
                writeParts(kryo, out, object);
            } catch (TranscodingFailed | ReflectiveOperationException e) {
                throw new KryoException(e.getMessage(), e);
            }
        }

        @Override
        public final Object read(Kryo kryo, Input in, Class<? extends Object> type) {
            try {
                return readParts(kryo, (BoundedInput) in, type);
            } catch (TranscodingFailed | ReflectiveOperationException e) {
                throw new KryoException(e.getMessage(), e);
            }
        }

        static void writeAll(Kryo kryo, Output out, Collection<?> parts) {
            out.writeVarInt(parts.size(), true);
            for (Object part : parts) {
                kryo.writeClassAndObject(out, part);
            }
        }

        static @Nullable Object[] readAll(Kryo kryo, BoundedInput in) {
            @Nullable Object[] parts = new @Nullable Object[in.readLength()];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = kryo.readClassAndObject(in);
            }
            return parts;
        }
    }

    private static String text(BoundedInput in) throws TranscodingFailed {
        String text = in.readString();
        if (text == null) {
            throw new TranscodingFailed("it lacks the text of a value", null);
        }
        return text;
    }

    private static final class Texts extends Parts {
        @Override
        void writeParts(Kryo kryo, Output out, Object value) {
            out.writeString(Values.write(value));
        }

        @Override
        Object readParts(Kryo kryo, BoundedInput in, Class<?> type) throws TranscodingFailed {
            return Values.read(type, text(in));
        }
    }

    /** By name: an ordinal of another version is another constant. */
    private static final class Enums extends Parts {
        @Override
        void writeParts(Kryo kryo, Output out, Object constant) {
            out.writeString(((Enum<?>) constant).name());
        }

        @Override
        Object readParts(Kryo kryo, BoundedInput in, Class<?> type) throws TranscodingFailed {
            return GraphReader.constant(type, text(in));
        }
    }

    private static final class PrimitiveArrays extends Parts {
        @Override
        void writeParts(Kryo kryo, Output out, Object array) {
            byte[] bytes = Primitives.bytes(array);
            out.writeVarInt(bytes.length, true);
            out.writeBytes(bytes);
        }

        @Override
        Object readParts(Kryo kryo, BoundedInput in, Class<?> type) {
            return Primitives.array(type.getComponentType(), in.readBytes(in.readLength()));
        }
    }

    private static final class Arrays extends Parts {
        @Override
        void writeParts(Kryo kryo, Output out, Object array) {
            writeAll(kryo, out, java.util.Arrays.asList((Object[]) array));
        }

        @Override
        Object readParts(Kryo kryo, BoundedInput in, Class<?> type) {
            int length = in.readLength();
            Object array = Array.newInstance(type.getComponentType(), length);
            kryo.reference(array);
            for (int i = 0; i < length; i++) {
                Array.set(array, i, kryo.readClassAndObject(in));
            }
            return array;
        }
    }

    /** The elements, after the order if there is one. */
    private List<@Nullable Object> elements(Object container) {
        List<@Nullable Object> elements = new ArrayList<>();
        if (Containers.hasComparator(container.getClass())) {
            elements.add(Containers.comparatorOf(container));
        }
        elements.addAll(context.iterate(() -> Containers.elementsOf(container)));
        return elements;
    }

    private final class Collections extends Parts {
        @Override
        void writeParts(Kryo kryo, Output out, Object collection) {
            writeAll(kryo, out, elements(collection));
        }

        @Override
        Object readParts(Kryo kryo, BoundedInput in, Class<?> type) {
            int left = in.readLength();
            boolean isSorted = Containers.hasComparator(type);
            Collection<Object> collection = Containers.collection(type, isSorted ? comparator(kryo, in) : null);
            kryo.reference(collection);
            for (int i = isSorted ? 1 : 0; i < left; i++) {
                Containers.add(collection, kryo.readClassAndObject(in));
            }
            return collection;
        }
    }

    @SuppressWarnings("unchecked")
    private static @Nullable Comparator<Object> comparator(Kryo kryo, BoundedInput in) {
        return (Comparator<Object>) kryo.readClassAndObject(in);
    }

    /** A linked map says first whether it is in access order: then a shell follows. */
    private final class Maps extends Parts {
        @Override
        void writeParts(Kryo kryo, Output out, Object map) throws TranscodingFailed {
            boolean isShell = Containers.isInAccessOrder(map);
            out.writeBoolean(isShell);
            if (isShell) {
                writeShell(kryo, out, map);
            } else {
                writeAll(kryo, out, elements(map));
            }
        }

        @Override
        Object readParts(Kryo kryo, BoundedInput in, Class<?> type) throws TranscodingFailed {
            if (in.readBoolean()) {
                return readShell(kryo, in);
            }
            int left = in.readLength();
            boolean isSorted = Containers.hasComparator(type);
            Map<Object, Object> map = Containers.map(type, isSorted ? comparator(kryo, in) : null);
            kryo.reference(map);
            for (int i = isSorted ? 1 : 0; i + 1 < left; i += 2) {
                Containers.put(map, kryo.readClassAndObject(in), kryo.readClassAndObject(in));
            }
            return map;
        }
    }

    private final class Immutables extends Parts {
        @Override
        void writeParts(Kryo kryo, Output out, Object container) {
            references.begin(container);
            writeAll(kryo, out, Containers.elementsOf(container));
            references.finish(container);
        }

        @Override
        Object readParts(Kryo kryo, BoundedInput in, Class<?> type) {
            return Containers.immutable(type, readAll(kryo, in));
        }
    }

    /** The names of the fields stand before the first object of a class, and the values in their order. */
    private final class Beans extends Parts {
        @Override
        void writeParts(Kryo kryo, Output out, Object object) throws ReflectiveOperationException {
            Map<String, Field> fields = Fields.of(object.getClass());
            if (isFirst(kryo, object.getClass(), fields.keySet().toArray(String[]::new))) {
                writeNames(out, fields.keySet());
            }
            for (Field field : fields.values()) {
                kryo.writeClassAndObject(out, field.get(object));
            }
        }

        @Override
        Object readParts(Kryo kryo, BoundedInput in, Class<?> type)
                throws TranscodingFailed, ReflectiveOperationException {
            Object object = maker.newInstance(type);
            kryo.reference(object);
            Map<String, Field> fields = Fields.of(type);
            for (String name : names(kryo, in, type)) {
                Fields.set(fields.get(name), object, kryo.readClassAndObject(in));
            }
            return object;
        }
    }

    private final class Records extends Parts {
        @Override
        void writeParts(Kryo kryo, Output out, Object object) throws ReflectiveOperationException {
            references.begin(object);
            RecordComponent[] components = object.getClass().getRecordComponents();
            String[] names = java.util.Arrays.stream(components)
                    .map(RecordComponent::getName)
                    .toArray(String[]::new);
            if (isFirst(kryo, object.getClass(), names)) {
                writeNames(out, List.of(names));
            }
            for (RecordComponent component : components) {
                kryo.writeClassAndObject(out, Fields.get(component, object));
            }
            references.finish(object);
        }

        @Override
        Object readParts(Kryo kryo, BoundedInput in, Class<?> type)
                throws TranscodingFailed, ReflectiveOperationException {
            Map<String, @Nullable Object> values = new HashMap<>();
            for (String name : names(kryo, in, type)) {
                values.put(name, kryo.readClassAndObject(in));
            }
            return Fields.make(type, values);
        }
    }

    @SuppressWarnings("unchecked") // Kryo empties it after each graph
    private static boolean isFirst(Kryo kryo, Class<?> type, String[] names) {
        return kryo.getGraphContext().put(type, names) == null;
    }

    private static void writeNames(Output out, Collection<String> names) {
        out.writeVarInt(names.size(), true);
        names.forEach(out::writeString);
    }

    @SuppressWarnings("unchecked")
    private static String[] names(Kryo kryo, BoundedInput in, Class<?> type) throws TranscodingFailed {
        String[] known = (String[]) kryo.getGraphContext().get(type);
        if (known != null) {
            return known;
        }
        String[] names = new String[in.readLength()];
        for (int i = 0; i < names.length; i++) {
            names[i] = text(in);
        }
        kryo.getGraphContext().put(type, names);
        return names;
    }

    private final class Shells extends Parts {
        @Override
        void writeParts(Kryo kryo, Output out, Object object) throws TranscodingFailed {
            writeShell(kryo, out, object);
        }

        @Override
        Object readParts(Kryo kryo, BoundedInput in, Class<?> type) throws TranscodingFailed {
            return readShell(kryo, in);
        }
    }

    private void writeShell(Kryo kryo, Output out, Object object) throws TranscodingFailed {
        references.begin(object);
        TranscoderContext.Shell shell = context.shell(object, shapes::isValue);
        out.writeVarInt(shell.bytes().length, true);
        out.writeBytes(shell.bytes());
        Parts.writeAll(kryo, out, shell.others());
        references.finish(object);
    }

    private Object readShell(Kryo kryo, BoundedInput in) throws TranscodingFailed {
        byte[] bytes = in.readBytes(in.readLength());
        @Nullable Object[] others = Parts.readAll(kryo, in);
        return context.unshell(bytes, number -> Objects.requireNonNull(others[number]));
    }
}
