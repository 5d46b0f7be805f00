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

/**
 * Java serialization with the application's class loader, behind an allow-list that holds for both directions.
 * Thread-safe.
 */
final class JavaTranscoder implements Transcoder {

    private static final int DEEPEST = 1_000;
    /** A table of a hash map may be this much larger than what fills it. */
    private static final int ARRAY_ELEMENTS_PER_BYTE = 8;

    private final ClassLoader application;
    private final TranscoderContext context;

    JavaTranscoder(TranscoderContext context) {
        if (!context.customConverters().isEmpty()) {
            throw new IllegalArgumentException(
                    "custom converter " + context.customConverters().get(0)
                            + ": transcoder java takes none, classes say how they are written");
        }
        this.application = context.classLoader();
        this.context = context;
    }

    @Override
    public String name() {
        return "java";
    }

    @Override
    public byte[] encode(Object value) throws TranscodingFailed {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (CheckedOutput out = new CheckedOutput(bytes)) {
            out.writeObject(value);
        } catch (IOException | RuntimeException e) {
            throw new TranscodingFailed(e.toString(), e);
        } catch (StackOverflowError e) {
            throw new TranscodingFailed("its object graph is too deep", e);
        }
        return bytes.toByteArray();
    }

    @Override
    public Object decode(byte[] bytes) throws TranscodingFailed {
        try (ApplicationInput in = new ApplicationInput(new ByteArrayInputStream(bytes))) {
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
        return context.allows(type) ? ObjectInputFilter.Status.ALLOWED : ObjectInputFilter.Status.REJECTED;
    }

    /** Refuses to write what it would refuse to read. */
    private final class CheckedOutput extends ObjectOutputStream {

        CheckedOutput(OutputStream out) throws IOException {
            super(out);
        }

        @Override
        protected void annotateClass(Class<?> type) throws IOException {
            if (!context.allows(type)) {
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

        ApplicationInput(InputStream in) throws IOException {
            super(in);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
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
