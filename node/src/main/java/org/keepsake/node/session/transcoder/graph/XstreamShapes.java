package org.keepsake.node.session.transcoder.graph;

import com.thoughtworks.xstream.converters.ConversionException;
import com.thoughtworks.xstream.converters.Converter;
import com.thoughtworks.xstream.converters.MarshallingContext;
import com.thoughtworks.xstream.converters.UnmarshallingContext;
import com.thoughtworks.xstream.io.HierarchicalStreamReader;
import com.thoughtworks.xstream.io.HierarchicalStreamWriter;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.transcoder.TranscoderContext;
import org.keepsake.node.session.transcoder.TranscodingFailed;
import org.objenesis.Objenesis;
import org.objenesis.ObjenesisStd;

/**
 * How XStream writes objects of each shape: values as text, all others as elements {@code <p class="…">}, or
 * {@code <null>} for nothing, with the field's name in {@code n}. Thread-safe.
 */
final class XstreamShapes implements Converter {

    private static final String NOTHING = "null";
    private static final String PART = "p";
    private static final String CLASS = "class";
    private static final String NAME = "n";
    private static final String CODED = "utf16";
    private static final String SHELL = "shell";
    private static final String LENGTH = "length";

    /** Under which the reader's context has the number of bytes there are: no array has more elements. */
    static final String BYTES = "bytes";

    private final TranscoderContext context;
    private final Shapes shapes;
    private final Objenesis maker = new ObjenesisStd(true);

    XstreamShapes(TranscoderContext context) {
        this.context = context;
        this.shapes = new Shapes(context);
    }

    /** All but nothing, for which XStream has a type of its own. */
    @Override
    @SuppressWarnings("rawtypes") // as XStream has it
    public boolean canConvert(@Nullable Class type) {
        return type != null && !type.getName().startsWith("com.thoughtworks.xstream.");
    }

    @Override
    public void marshal(Object value, HierarchicalStreamWriter out, MarshallingContext marshalling) {
        try {
            write(value, out, marshalling);
        } catch (TranscodingFailed | ReflectiveOperationException e) {
            throw new ConversionException(e.getMessage(), e);
        }
    }

    private void write(Object value, HierarchicalStreamWriter out, MarshallingContext marshalling)
            throws TranscodingFailed, ReflectiveOperationException {
        Class<?> type = value.getClass();
        Shape shape = shapes.of(type);
        if (!shape.precedesItsParts()) {
            XstreamReferences.Marshaller.behind(marshalling).begin(value);
        }
        switch (shape) {
            case VALUE -> text(Values.write(value), out);
            case ENUM -> out.setValue(((Enum<?>) value).name());
            case PRIMITIVES -> out.setValue(Base64.getEncoder().encodeToString(Primitives.bytes(value)));
            case ARRAY -> {
                out.addAttribute(LENGTH, Integer.toString(((Object[]) value).length));
                parts(Arrays.asList((Object[]) value), out, marshalling);
            }
            case COLLECTION, MAP, IMMUTABLE -> container(value, type, out, marshalling);
            case RECORD -> {
                for (RecordComponent component : type.getRecordComponents()) {
                    part(component.getName(), Fields.get(component, value), out, marshalling);
                }
            }
            case FIELDS -> {
                for (Map.Entry<String, Field> field : Fields.of(type).entrySet()) {
                    part(field.getKey(), field.getValue().get(value), out, marshalling);
                }
            }
            case SHELL -> shell(value, out, marshalling);
        }
        XstreamReferences.Marshaller.behind(marshalling).finish(value);
    }

    private static void text(String text, HierarchicalStreamWriter out) {
        if (Chars.fitText(text)) {
            out.setValue(text);
        } else {
            out.addAttribute(CODED, "true");
            out.setValue(Chars.coded(text));
        }
    }

    private static void parts(Collection<?> parts, HierarchicalStreamWriter out, MarshallingContext marshalling) {
        for (Object part : parts) {
            part(null, part, out, marshalling);
        }
    }

    private static void part(
            @Nullable String name,
            @Nullable Object part,
            HierarchicalStreamWriter out,
            MarshallingContext marshalling) {
        out.startNode(part == null ? NOTHING : PART);
        if (name != null) {
            out.addAttribute(NAME, name);
        }
        if (part != null) {
            Class<?> type = part instanceof Enum<?> constant ? constant.getDeclaringClass() : part.getClass();
            out.addAttribute(CLASS, type.getName());
            marshalling.convertAnother(part);
        }
        out.endNode();
    }

    private void container(Object value, Class<?> type, HierarchicalStreamWriter out, MarshallingContext marshalling)
            throws TranscodingFailed {
        if (Containers.isInAccessOrder(value)) {
            shell(value, out, marshalling);
            return;
        }
        if (Containers.hasComparator(type)) {
            part(null, Containers.comparatorOf(value), out, marshalling);
        }
        parts(context.iterate(() -> Containers.elementsOf(value)), out, marshalling);
    }

    private void shell(Object value, HierarchicalStreamWriter out, MarshallingContext marshalling)
            throws TranscodingFailed {
        TranscoderContext.Shell shell = context.shell(value, shapes::isValue);
        out.addAttribute(SHELL, Base64.getEncoder().encodeToString(shell.bytes()));
        parts(shell.others(), out, marshalling);
    }

    @Override
    public Object unmarshal(HierarchicalStreamReader in, UnmarshallingContext unmarshalling) {
        try {
            return read(in, unmarshalling);
        } catch (TranscodingFailed | ReflectiveOperationException e) {
            throw new ConversionException(e.getMessage(), e);
        }
    }

    private Object read(HierarchicalStreamReader in, UnmarshallingContext unmarshalling)
            throws TranscodingFailed, ReflectiveOperationException {
        Class<?> type = unmarshalling.getRequiredType();
        Shape shape = type.isEnum() ? Shape.ENUM : shapes.of(type);
        String shell = in.getAttribute(SHELL);
        if (shell != null) {
            return unshelled(Base64.getDecoder().decode(shell), in, unmarshalling);
        }
        return switch (shape) {
            case VALUE ->
                Values.read(type, in.getAttribute(CODED) == null ? in.getValue() : Chars.decoded(in.getValue()));
            case ENUM -> GraphReader.constant(type, in.getValue());
            case PRIMITIVES ->
                Primitives.array(type.getComponentType(), Base64.getDecoder().decode(in.getValue()));
            case ARRAY -> array(type, in, unmarshalling);
            case COLLECTION -> collection(type, in, unmarshalling);
            case MAP -> map(type, in, unmarshalling);
            case IMMUTABLE -> Containers.immutable(type, all(in, unmarshalling).toArray());
            case RECORD -> record(type, in, unmarshalling);
            case FIELDS -> object(type, in, unmarshalling);
            case SHELL -> throw new TranscodingFailed("it lacks the shell of a " + type.getName(), null);
        };
    }

    /** The next part; {@code whole} is what it belongs to, if that is there already: the part may refer back to it. */
    private @Nullable Object next(
            @Nullable Object whole, HierarchicalStreamReader in, UnmarshallingContext unmarshalling)
            throws TranscodingFailed {
        in.moveDown();
        @Nullable Object part = part(whole, in, unmarshalling);
        in.moveUp();
        return part;
    }

    private @Nullable Object part(
            @Nullable Object whole, HierarchicalStreamReader in, UnmarshallingContext unmarshalling)
            throws TranscodingFailed {
        if (in.getNodeName().equals(NOTHING)) {
            return null;
        }
        String type = in.getAttribute(CLASS);
        if (type == null) {
            throw new TranscodingFailed("it lacks a class", null);
        }
        return unmarshalling.convertAnother(whole, context.load(type));
    }

    private List<@Nullable Object> all(HierarchicalStreamReader in, UnmarshallingContext unmarshalling)
            throws TranscodingFailed {
        List<@Nullable Object> all = new ArrayList<>();
        while (in.hasMoreChildren()) {
            all.add(next(null, in, unmarshalling));
        }
        return all;
    }

    private Object unshelled(byte[] bytes, HierarchicalStreamReader in, UnmarshallingContext unmarshalling)
            throws TranscodingFailed {
        List<@Nullable Object> others = all(in, unmarshalling);
        return context.unshell(bytes, number -> Objects.requireNonNull(others.get(number)));
    }

    private Object array(Class<?> type, HierarchicalStreamReader in, UnmarshallingContext unmarshalling)
            throws TranscodingFailed {
        int length = Integer.parseInt(in.getAttribute(LENGTH));
        if (length < 0 || length > (int) unmarshalling.get(BYTES)) {
            throw new TranscodingFailed("an array of " + length + " elements does not fit", null);
        }
        Object array = Array.newInstance(type.getComponentType(), length);
        for (int i = 0; i < length; i++) {
            Array.set(array, i, next(array, in, unmarshalling));
        }
        return array;
    }

    private Object collection(Class<?> type, HierarchicalStreamReader in, UnmarshallingContext unmarshalling)
            throws TranscodingFailed {
        Collection<Object> collection = Containers.collection(type, comparator(type, in, unmarshalling));
        while (in.hasMoreChildren()) {
            Containers.add(collection, next(collection, in, unmarshalling));
        }
        return collection;
    }

    private Object map(Class<?> type, HierarchicalStreamReader in, UnmarshallingContext unmarshalling)
            throws TranscodingFailed {
        Map<Object, Object> map = Containers.map(type, comparator(type, in, unmarshalling));
        while (in.hasMoreChildren()) {
            @Nullable Object key = next(map, in, unmarshalling);
            Containers.put(map, key, next(map, in, unmarshalling));
        }
        return map;
    }

    @SuppressWarnings("unchecked")
    private @Nullable Comparator<Object> comparator(
            Class<?> type, HierarchicalStreamReader in, UnmarshallingContext unmarshalling) throws TranscodingFailed {
        return Containers.hasComparator(type) ? (Comparator<Object>) next(null, in, unmarshalling) : null;
    }

    private Object record(Class<?> type, HierarchicalStreamReader in, UnmarshallingContext unmarshalling)
            throws TranscodingFailed, ReflectiveOperationException {
        Map<String, @Nullable Object> values = new HashMap<>();
        named(null, in, unmarshalling, values);
        return Fields.make(type, values);
    }

    private Object object(Class<?> type, HierarchicalStreamReader in, UnmarshallingContext unmarshalling)
            throws TranscodingFailed, ReflectiveOperationException {
        Object object = maker.newInstance(type);
        Map<String, @Nullable Object> values = new HashMap<>();
        named(object, in, unmarshalling, values);
        Map<String, Field> fields = Fields.of(type);
        for (Map.Entry<String, @Nullable Object> value : values.entrySet()) {
            Fields.set(fields.get(value.getKey()), object, value.getValue());
        }
        return object;
    }

    private void named(
            @Nullable Object whole,
            HierarchicalStreamReader in,
            UnmarshallingContext unmarshalling,
            Map<String, @Nullable Object> values)
            throws TranscodingFailed {
        while (in.hasMoreChildren()) {
            in.moveDown();
            String name = in.getAttribute(NAME);
            values.put(name, part(whole, in, unmarshalling));
            in.moveUp();
        }
    }
}
