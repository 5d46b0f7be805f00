package org.keepsake.node.session.transcoder;

import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What a transcoder knows of the application it works for. Immutable.
 *
 * <p>A transcoder asks {@link #allows} about every class before it makes an object of it, and before it encodes one: what
 * is read came from a store, so from anyone who can reach one.
 */
public final class TranscoderContext {

    private final ClassLoader application;
    private final TranscoderSettings settings;
    private final AllowedClasses allowed;
    private final JavaSerialization serialization;

    TranscoderContext(ClassLoader application, TranscoderSettings settings) {
        this.application = application;
        this.settings = settings;
        this.allowed = new AllowedClasses(application);
        this.serialization = new JavaSerialization(application, allowed::allows);
    }

    /** Finds classes where the application finds them. */
    public ClassLoader classLoader() {
        return application;
    }

    /** Whether values of this class, or of an array of it, may travel. */
    public boolean allows(Class<?> type) {
        return allowed.allows(type);
    }

    /** Whether a class is the application's own, and not the JDK's. */
    public boolean isApplications(Class<?> type) {
        return allowed.isApplications(type.getClassLoader());
    }

    /**
     * The class of this name, found but not initialized.
     *
     * @throws TranscodingFailed if there is none, or its values may not travel
     */
    public Class<?> load(String className) throws TranscodingFailed {
        Class<?> type;
        try {
            type = Class.forName(className, false, application);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new TranscodingFailed("class " + className + " is not there", e);
        }
        requireAllowed(type);
        return type;
    }

    /**
     * Checks a class that a value has, or that bytes name.
     *
     * @throws TranscodingFailed if values of this class may not travel
     */
    public void requireAllowed(Class<?> type) throws TranscodingFailed {
        if (!allows(type)) {
            throw new TranscodingFailed(
                    type.getName() + ": not a class of the application or a value of the JDK", null);
        }
    }

    /** The classes that users named to teach the transcoder more types. */
    public List<String> customConverters() {
        return settings.customConverters();
    }

    /**
     * An object of each class that users named in {@code --custom-converter}.
     *
     * @param kind what the transcoder takes
     * @throws IllegalArgumentException if one is not there, is of another kind or has no public constructor without
     *     parameters
     */
    public <T> List<T> customConverters(Class<T> kind) {
        List<T> converters = new ArrayList<>();
        for (String name : settings.customConverters()) {
            try {
                Class<?> type = Class.forName(name, true, application);
                if (!kind.isAssignableFrom(type)) {
                    throw new IllegalArgumentException("custom converter " + name + ": is no " + kind.getName());
                }
                converters.add(kind.cast(type.getConstructor().newInstance()));
            } catch (ReflectiveOperationException | LinkageError e) {
                throw new IllegalArgumentException(
                        "custom converter " + name + ": cannot be made by a public constructor: " + e, e);
            }
        }
        return converters;
    }

    /**
     * Iterates over a collection that other requests may be changing: once, or, if collections are to be copied, again
     * until nobody disturbed it.
     *
     * @param iteration has no other effect than its result
     * @throws ConcurrentModificationException if it was disturbed
     */
    public <T> T iterate(Supplier<T> iteration) {
        return settings.copyCollections() ? CollectionCopies.undisturbed(iteration) : iteration.get();
    }

    JavaSerialization serialization() {
        return serialization;
    }

    boolean copyCollections() {
        return settings.copyCollections();
    }

    /**
     * One object by Java serialization, behind the same allow-list, without those it refers to: for what a format has no
     * words for. So an object that is also referred to from elsewhere stays one object.
     *
     * @param bytes the object, with a number in the place of each object it refers to
     * @param others the objects it refers to, by number
     */
    @SuppressWarnings("ArrayRecordComponent") // only carries both to the caller
    public record Shell(byte[] bytes, List<Object> others) {}

    /**
     * Serializes one object without those it refers to.
     *
     * @param inline whether an object is a value that may stand in the shell, for nobody minds whether it is one or two
     * @throws TranscodingFailed if it is not serializable or may not travel
     */
    public Shell shell(Object object, Predicate<Object> inline) throws TranscodingFailed {
        List<Object> others = new ArrayList<>();
        IdentityHashMap<Object, OutsideObject> numbers = new IdentityHashMap<>();
        UnaryOperator<Object> replacing = new UnaryOperator<>() {
            private boolean atRoot = true;

            @Override
            public Object apply(Object value) {
                if (atRoot || inline.test(value)) {
                    atRoot = false;
                    return value;
                }
                return numbers.computeIfAbsent(value, other -> {
                    others.add(other);
                    return new OutsideObject(others.size() - 1);
                });
            }
        };
        return new Shell(serialization.write(object, replacing), List.copyOf(others));
    }

    /**
     * The object of a shell.
     *
     * @param other the object of a number
     * @throws TranscodingFailed if the bytes make none, or one that may not be made
     */
    public Object unshell(byte[] bytes, IntFunction<Object> other) throws TranscodingFailed {
        return serialization.read(
                bytes, value -> value instanceof OutsideObject outside ? other.apply(outside.number()) : value);
    }
}
