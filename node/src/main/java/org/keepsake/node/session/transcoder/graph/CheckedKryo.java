package org.keepsake.node.session.transcoder.graph;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import java.util.Map;
import java.util.Objects;
import org.keepsake.node.session.transcoder.TranscodingFailed;

/** A Kryo that serializes each class in the shape it has here. Used by one thread at a time. */
final class CheckedKryo extends Kryo {

    private final Shapes shapes;
    private final Map<Shape, Serializer<Object>> serializers;

    CheckedKryo(Shapes shapes, KryoReferences references, Map<Shape, Serializer<Object>> serializers) {
        super(new KryoClasses(shapes), references);
        this.shapes = shapes;
        this.serializers = serializers;
        setRegistrationRequired(false);
        setMaxDepth(GraphWriter.DEEPEST);
    }

    @Override
    @SuppressWarnings("rawtypes") // as Kryo has it
    public Serializer getDefaultSerializer(Class type) {
        // Kryo asks for its own primitives while it is being made.
        if (serializers == null || type.isPrimitive()) {
            return super.getDefaultSerializer(type);
        }
        try {
            Shape shape = shapes.of((Class<?>) type);
            return shape == Shape.VALUE && isKryosOwn(type)
                    ? super.getDefaultSerializer(type)
                    : Objects.requireNonNull(serializers.get(shape));
        } catch (TranscodingFailed e) {
            throw new KryoException(e.getMessage(), e);
        }
    }

    private static boolean isKryosOwn(Class<?> type) {
        return type.getPackageName().equals("java.lang");
    }
}
