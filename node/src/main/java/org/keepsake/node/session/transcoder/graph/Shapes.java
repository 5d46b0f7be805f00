package org.keepsake.node.session.transcoder.graph;

import java.io.Externalizable;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.keepsake.node.session.transcoder.TranscoderContext;
import org.keepsake.node.session.transcoder.TranscodingFailed;

/**
 * Which shape the objects of a class have, for every transcoder that takes objects apart itself. Thread-safe.
 *
 * <p>A class of the application is taken by its fields, serializable or not, unless it says itself how it is written
 * ({@code writeObject} and its like) or extends a class of the JDK: then Java serialization must do, for its fields are
 * not all there is to it. Of the JDK's classes only those are taken apart that are known to have no state beside their
 * elements.
 */
final class Shapes {

    private static final Map<String, List<Class<?>>> HOOKS = Map.of(
            "writeObject", List.of(ObjectOutputStream.class),
            "readObject", List.of(ObjectInputStream.class),
            "readObjectNoData", List.of(),
            "writeReplace", List.of(),
            "readResolve", List.of(),
            // Runs whatever the fields say, on a thread that nobody watches.
            "finalize", List.of());

    private final TranscoderContext context;
    private final ClassValue<Shape> shapes = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return shapeOf(type);
        }
    };

    Shapes(TranscoderContext context) {
        this.context = context;
    }

    /**
     * The shape of a class.
     *
     * @throws TranscodingFailed if its values may not travel
     */
    Shape of(Class<?> type) throws TranscodingFailed {
        context.requireAllowed(type);
        if (!Serializable.class.isAssignableFrom(type) && (type.isHidden() || !context.isApplications(type))) {
            throw new TranscodingFailed(type.getName() + ": is not serializable", null);
        }
        Shape shape = shapes.get(type);
        if (shape == Shape.SHELL && !Serializable.class.isAssignableFrom(type)) {
            throw new TranscodingFailed(
                    type.getName() + ": is not serializable, and extends "
                            + type.getSuperclass().getName(),
                    null);
        }
        return shape;
    }

    /** Whether nobody can mind whether an object is one or two: it never changes. */
    boolean isValue(Object object) {
        return object instanceof Enum<?>
                || (Values.KNOWN.containsKey(object.getClass()) && !Values.isMutable(object.getClass()))
                || object instanceof Locale
                || object.getClass().getPackageName().equals("java.time");
    }

    private Shape shapeOf(Class<?> type) {
        if (type.isArray()) {
            return type.getComponentType().isPrimitive() ? Shape.PRIMITIVES : Shape.ARRAY;
        }
        if (Values.KNOWN.containsKey(type)) {
            return Shape.VALUE;
        }
        if (Enum.class.isAssignableFrom(type)) {
            return Shape.ENUM;
        }
        if (Containers.COLLECTIONS.containsKey(type)) {
            return Shape.COLLECTION;
        }
        if (Containers.MAPS.containsKey(type)) {
            return Shape.MAP;
        }
        if (Containers.IMMUTABLE.contains(type)) {
            return Shape.IMMUTABLE;
        }
        return isPlain(type) ? (type.isRecord() ? Shape.RECORD : Shape.FIELDS) : Shape.SHELL;
    }

    /** Whether the fields are all there is to a class. */
    private boolean isPlain(Class<?> type) {
        if (Proxy.isProxyClass(type) || type.isHidden() || Externalizable.class.isAssignableFrom(type)) {
            return false;
        }
        if (type.isRecord()) {
            return context.isApplications(type) && !saysHowItIsWritten(type);
        }
        for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
            if (each == null || !context.isApplications(each) || saysHowItIsWritten(each)) {
                return false;
            }
        }
        return true;
    }

    private static boolean saysHowItIsWritten(Class<?> type) {
        for (Method method : type.getDeclaredMethods()) {
            List<Class<?>> parameters = HOOKS.get(method.getName());
            if (parameters != null && parameters.equals(List.of(method.getParameterTypes()))) {
                return true;
            }
        }
        return false;
    }
}
