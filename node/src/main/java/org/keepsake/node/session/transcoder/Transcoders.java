package org.keepsake.node.session.transcoder;

import static java.lang.System.Logger.Level.WARNING;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.keepsake.node.library.LibraryFolder;

/**
 * Finds transcoders by name: {@code java}, then those of the application, then those of {@code lib/}.
 *
 * <p>What {@code --custom-converter} may name, each with a public constructor without parameters, in the application or
 * in {@code lib/}:
 *
 * <table>
 * <caption>Converters</caption>
 * <tr><td>{@code java}</td><td>nothing: a class says itself how it is serialized</td></tr>
 * <tr><td>{@code kryo}</td><td>{@code java.util.function.Consumer<Kryo>}: is given each Kryo when it is made, and may
 *     register classes and serializers; a class it registers may travel</td></tr>
 * <tr><td>{@code xstream}</td><td>{@code com.thoughtworks.xstream.converters.Converter} or {@code
 *     SingleValueConverter}</td></tr>
 * <tr><td>{@code flexjson}, {@code javolution}</td><td>{@link ValueConverter}</td></tr>
 * </table>
 *
 * <p>All transcoders refuse what {@link TranscoderContext#allows} refuses, and graphs deeper than 1,000 objects.
 */
public final class Transcoders {

    private static final System.Logger LOG = System.getLogger(Transcoders.class.getName());

    /** The jar that holds the transcoders of these names. */
    private static final String OWN_JAR = "keepsake-transcoders.jar";

    private static final Set<String> IN_OWN_JAR = Set.of("kryo", "xstream", "flexjson", "javolution");

    /** Which jar has the classes of a package, without its version. */
    private static final Map<String, String> JARS = Map.of(
            "com/esotericsoftware/kryo/", "kryo",
            "com/esotericsoftware/minlog/", "minlog",
            "com/esotericsoftware/reflectasm/", "reflectasm",
            "org/objenesis/", "objenesis",
            "com/thoughtworks/xstream/", "xstream",
            "com/fasterxml/jackson/core/", "jackson-core");

    /** A damaged list of services may go on failing. */
    private static final int MOST_FACTORIES = 100;

    private Transcoders() {}

    /**
     * The transcoder that users call by this name. A value that another request changes just then is encoded again.
     *
     * @param application where the classes of the objects are found, and transcoders that the application brings
     * @throws IllegalArgumentException if there is none of this name, a jar it needs is missing, or a setting does not
     *     fit it; the message is one sentence for the user
     */
    public static Transcoder named(String name, ClassLoader application, TranscoderSettings settings) {
        return new PatientTranscoder(find(name, application, new TranscoderContext(application, settings)));
    }

    private static Transcoder find(String name, ClassLoader application, TranscoderContext context) {
        if (name.equals(JavaTranscoder.NAME)) {
            return new JavaTranscoder(context);
        }
        Map<String, TranscoderFactory> factories = factories(application);
        TranscoderFactory factory = factories.get(name);
        if (factory == null) {
            throw new IllegalArgumentException(
                    IN_OWN_JAR.contains(name)
                            ? "transcoder " + name + ": lib/" + OWN_JAR + " is not beside the program's jar"
                            : "transcoder " + name + ": is none of " + names(factories));
        }
        return create(name, factory, context);
    }

    private static String names(Map<String, TranscoderFactory> factories) {
        Set<String> names = new TreeSet<>(factories.keySet());
        names.addAll(IN_OWN_JAR);
        names.add(JavaTranscoder.NAME);
        return String.join(", ", names);
    }

    private static Transcoder create(String name, TranscoderFactory factory, TranscoderContext context) {
        try {
            return factory.create(context);
        } catch (LinkageError e) {
            String missing = String.valueOf(e.getMessage());
            String jar = JARS.entrySet().stream()
                    .filter(known -> missing.contains(known.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(missing);
            // Without the cause: whoever deploys shows the innermost sentence, and this is it.
            throw new IllegalArgumentException(
                    "transcoder " + name + ": the jar of " + jar + " is missing in lib/ beside the program's jar");
        }
    }

    /** By name; the application's own come before those of {@code lib/}. */
    private static Map<String, TranscoderFactory> factories(ClassLoader application) {
        Map<String, TranscoderFactory> factories = new LinkedHashMap<>();
        collect(application, factories);
        collect(LibraryFolder.loader(), factories);
        return factories;
    }

    private static void collect(ClassLoader loader, Map<String, TranscoderFactory> factories) {
        Iterator<TranscoderFactory> all =
                ServiceLoader.load(TranscoderFactory.class, loader).iterator();
        for (int i = 0; i < MOST_FACTORIES; i++) {
            try {
                if (!all.hasNext()) {
                    return;
                }
                TranscoderFactory factory = all.next();
                TranscoderFactory unused = factories.putIfAbsent(factory.name(), factory);
            } catch (ServiceConfigurationError e) {
                LOG.log(WARNING, "transcoders: one is left out: {0}", e.getMessage());
            }
        }
    }
}
