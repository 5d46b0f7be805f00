package org.keepsake.node.session.transcoder;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Java serialization with the application's class loader, behind an allow-list that holds for both directions.
 * Thread-safe.
 */
final class JavaSerialization {

    private static final int DEEPEST = 1_000;
    /** A table of a hash map may be this much larger than what fills it. */
    private static final int ARRAY_ELEMENTS_PER_BYTE = 8;

    private final ClassLoader application;
    private final Predicate<Class<?>> allowed;

    JavaSerialization(ClassLoader application, Predicate<Class<?>> allowed) {
        this.application = application;
        this.allowed = type -> type == OutsideObject.class || allowed.test(type);
    }

    /** @param replacing what to write instead of an object, or the object itself */
    byte[] write(Object value, UnaryOperator<Object> replacing) throws TranscodingFailed {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (CheckedOutput out = new CheckedOutput(bytes, replacing)) {
            out.writeObject(value);
        } catch (IOException | RuntimeException | LinkageError e) {
            throw new TranscodingFailed(e.toString(), e);
        } catch (StackOverflowError e) {
            throw new TranscodingFailed("its object graph is too deep", e);
        }
        return bytes.toByteArray();
    }

    /** @param resolving what to take instead of an object that was read, or the object itself */
    Object read(byte[] bytes, UnaryOperator<Object> resolving) throws TranscodingFailed {
        try (ApplicationInput in = new ApplicationInput(new ByteArrayInputStream(bytes), resolving)) {
            long longestArray = 64 + (long) bytes.length * ARRAY_ELEMENTS_PER_BYTE;
            in.setObjectInputFilter(info -> check(info, longestArray));
            return in.readObject();
        } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError e) {
            throw new TranscodingFailed(e.toString(), e);
        } catch (StackOverflowError e) {
            throw new TranscodingFailed("its object graph is too deep", e);
        }
    }

    private ObjectInputFilter.Status check(ObjectInputFilter.FilterInfo info, long longestArray) {
        if (info.depth() > DEEPEST || info.arrayLength() > longestArray) {
            return ObjectInputFilter.Status.REJECTED;
        }
        Class<?> type = info.serialClass();
        if (type == null) {
            return ObjectInputFilter.Status.UNDECIDED;
        }
        return allowed.test(type) ? ObjectInputFilter.Status.ALLOWED : ObjectInputFilter.Status.REJECTED;
    }

    /** Refuses to write what it would refuse to read. */
    private final class CheckedOutput extends ObjectOutputStream {

        private final UnaryOperator<Object> replacing;

        CheckedOutput(OutputStream out, UnaryOperator<Object> replacing) throws IOException {
            super(out);
            this.replacing = replacing;
            enableReplaceObject(true);
        }

        @Override
        protected Object replaceObject(Object value) {
            return replacing.apply(value);
        }

        @Override
        protected void annotateClass(Class<?> type) throws IOException {
            if (!allowed.test(type)) {
                throw new InvalidClassException(type.getName(), "not a class of the application or a value of the JDK");
            }
        }

        @Override
        protected void annotateProxyClass(Class<?> type) throws IOException {
            annotateClass(type);
        }
    }

    /** Finds classes where the application finds them. */
    private final class ApplicationInput extends ObjectInputStream {

        private final UnaryOperator<Object> resolving;

        ApplicationInput(InputStream in, UnaryOperator<Object> resolving) throws IOException {
            super(in);
            this.resolving = resolving;
            enableResolveObject(true);
        }

        @Override
        protected Object resolveObject(Object value) {
            return resolving.apply(value);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            if (description.getName().equals(OutsideObject.class.getName())) {
                return OutsideObject.class;
            }
            try {
                return Class.forName(description.getName(), false, application);
            } catch (ClassNotFoundException primitiveOrMissing) {
                return super.resolveClass(description);
            }
        }

        @Override
        protected Class<?> resolveProxyClass(String[] names) throws IOException, ClassNotFoundException {
            Class<?>[] interfaces = new Class<?>[names.length];
            for (int i = 0; i < names.length; i++) {
                interfaces[i] = Class.forName(names[i], false, application);
            }
            try {
                return Proxy.newProxyInstance(application, interfaces, (proxy, method, arguments) -> null)
                        .getClass();
            } catch (IllegalArgumentException e) {
                throw new ClassNotFoundException("proxy class", e);
            }
        }
    }
}
