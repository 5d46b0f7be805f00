package org.keepsake.node.deploy;

import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.annotation.HandlesTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;

/** The {@code ServletContainerInitializer}s of an application and the classes each handles (Servlet 6.0, section 8.2.4). */
final class Initializers {

    private static final System.Logger LOG = System.getLogger(Initializers.class.getName());

    private final ClassLoader loader;
    private final List<ServletContainerInitializer> found = new ArrayList<>();

    /** Finds and makes them. */
    Initializers(ClassLoader loader) throws DeploymentFailed {
        this.loader = loader;
        try {
            ServiceLoader.load(ServletContainerInitializer.class, loader).forEach(found::add);
        } catch (ServiceConfigurationError e) {
            throw new DeploymentFailed("a ServletContainerInitializer cannot be made: " + e.getMessage(), e);
        }
    }

    /** Whether one of them wants to know classes. */
    boolean needClasses() {
        return found.stream().anyMatch(initializer -> !handled(initializer).isEmpty());
    }

    /** Describes them for the container, in the order of the libraries. */
    List<ServletContainerInitializerInfo> describe(Optional<ClassIndex> index) throws IOException {
        Optional<ClassIndex.Hierarchy> hierarchy =
                index.isPresent() && needClasses() ? Optional.of(index.get().hierarchy()) : Optional.empty();
        List<ServletContainerInitializerInfo> all = new ArrayList<>();
        for (ServletContainerInitializer initializer : found) {
            Set<Class<?>> classes = new LinkedHashSet<>();
            hierarchy.ifPresent(known ->
                    handled(initializer).forEach(type -> classes.addAll(loaded(names(type, known)))));
            all.add(new ServletContainerInitializerInfo(
                    initializer.getClass(),
                    new ImmediateInstanceFactory<>(initializer),
                    // The specification wants null when nothing matches, and Spring's initializer relies on it.
                    classes.isEmpty() ? null : classes));
        }
        return all;
    }

    private static List<Class<?>> handled(ServletContainerInitializer initializer) {
        HandlesTypes types = initializer.getClass().getAnnotation(HandlesTypes.class);
        return types == null ? List.of() : List.of(types.value());
    }

    /** Classes that extend, implement or carry the type; never the type itself. */
    private static Set<DotName> names(Class<?> type, ClassIndex.Hierarchy known) {
        DotName name = DotName.createSimple(type.getName());
        Set<DotName> names = new LinkedHashSet<>();
        if (type.isAnnotation()) {
            known.index().getAnnotations(name).stream()
                    .map(annotation -> declaringClass(annotation.target()))
                    .flatMap(Optional::stream)
                    .map(ClassInfo::name)
                    .forEach(names::add);
        } else {
            known.index().getAllKnownSubclasses(name).forEach(found -> names.add(found.name()));
            known.index().getAllKnownImplementations(name).forEach(found -> names.add(found.name()));
            known.index().getAllKnownSubinterfaces(name).forEach(found -> names.add(found.name()));
        }
        names.removeAll(known.foreign());
        names.remove(name);
        return names;
    }

    private static Optional<ClassInfo> declaringClass(AnnotationTarget target) {
        return switch (target.kind()) {
            case CLASS -> Optional.of(target.asClass());
            case FIELD -> Optional.of(target.asField().declaringClass());
            case METHOD -> Optional.of(target.asMethod().declaringClass());
            default -> Optional.empty();
        };
    }

    private List<Class<?>> loaded(Set<DotName> names) {
        List<Class<?>> classes = new ArrayList<>();
        for (DotName name : names) {
            try {
                classes.add(Class.forName(name.toString(), false, loader));
            } catch (ClassNotFoundException | LinkageError e) {
                // Libraries hold classes for optional dependencies; the specification says to pass over them.
                LOG.log(System.Logger.Level.DEBUG, "{0}: cannot be loaded, not handed to initializers: {1}", name, e);
            }
        }
        return classes;
    }
}
