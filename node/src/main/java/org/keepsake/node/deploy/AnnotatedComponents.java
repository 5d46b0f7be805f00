package org.keepsake.node.deploy;

import jakarta.annotation.security.DeclareRoles;
import jakarta.annotation.security.RunAs;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.annotation.MultipartConfig;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.annotation.WebListener;
import jakarta.servlet.annotation.WebServlet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.AnnotationValue;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.Index;

/**
 * Reads {@code @WebServlet}, {@code @WebFilter}, {@code @WebListener}, {@code @MultipartConfig}, {@code @DeclareRoles}
 * and {@code @RunAs} of an index.
 */
final class AnnotatedComponents {

    private final WebDescriptor descriptor = new WebDescriptor();

    private AnnotatedComponents() {}

    /** What the annotations say, in the form of a descriptor. */
    static WebDescriptor read(Index index) throws DeploymentFailed {
        AnnotatedComponents components = new AnnotatedComponents();
        for (AnnotationInstance annotation : onClasses(index, WebServlet.class)) {
            components.servlet(annotation);
        }
        for (AnnotationInstance annotation : onClasses(index, WebFilter.class)) {
            components.filter(annotation);
        }
        for (AnnotationInstance annotation : onClasses(index, WebListener.class)) {
            components.descriptor.listeners.add(
                    annotation.target().asClass().name().toString());
        }
        for (AnnotationInstance annotation : onClasses(index, DeclareRoles.class)) {
            components.descriptor.roles.addAll(texts(annotation, "value"));
        }
        return components.descriptor;
    }

    private static List<AnnotationInstance> onClasses(Index index, Class<?> annotation) {
        List<AnnotationInstance> found = new ArrayList<>();
        for (AnnotationInstance instance : index.getAnnotations(annotation)) {
            if (instance.target().kind() == AnnotationTarget.Kind.CLASS) {
                found.add(instance);
            }
        }
        found.sort((a, b) ->
                a.target().asClass().name().compareTo(b.target().asClass().name()));
        return found;
    }

    private void servlet(AnnotationInstance annotation) throws DeploymentFailed {
        ClassInfo type = annotation.target().asClass();
        String name = text(annotation, "name").orElse(type.name().toString());
        ServletDeclaration declaration = new ServletDeclaration(
                name,
                Optional.of(type.name().toString()),
                Optional.empty(),
                parameters(annotation),
                Optional.ofNullable(annotation.value("loadOnStartup")).map(AnnotationValue::asInt),
                flag(annotation, "asyncSupported"),
                Optional.empty(),
                Optional.ofNullable(type.declaredAnnotation(MultipartConfig.class))
                        .map(AnnotatedComponents::multipart),
                Optional.ofNullable(type.declaredAnnotation(RunAs.class)).flatMap(runAs -> text(runAs, "value")),
                Map.of());
        if (descriptor.servlets.putIfAbsent(name, declaration) != null) {
            throw new DeploymentFailed("class " + type.name() + ": another class is the servlet " + name + " already");
        }
        for (String pattern : patterns(annotation)) {
            String taken = descriptor.servletMappings.putIfAbsent(WebDescriptorReader.normal(pattern), name);
            if (taken != null) {
                throw new DeploymentFailed("class " + type.name() + ": pattern " + pattern + " is mapped to servlet "
                        + taken + " already");
            }
        }
    }

    private void filter(AnnotationInstance annotation) throws DeploymentFailed {
        ClassInfo type = annotation.target().asClass();
        String name = text(annotation, "filterName").orElse(type.name().toString());
        FilterDeclaration declaration = new FilterDeclaration(
                name, Optional.of(type.name().toString()), parameters(annotation), flag(annotation, "asyncSupported"));
        if (descriptor.filters.putIfAbsent(name, declaration) != null) {
            throw new DeploymentFailed("class " + type.name() + ": another class is the filter " + name + " already");
        }
        Set<DispatcherType> dispatchers = dispatchers(annotation);
        for (String pattern : patterns(annotation)) {
            descriptor.filterMappings.add(
                    new FilterDeclaration.Mapping(name, false, WebDescriptorReader.normal(pattern), dispatchers));
        }
        for (String servlet : texts(annotation, "servletNames")) {
            descriptor.filterMappings.add(new FilterDeclaration.Mapping(name, true, servlet, dispatchers));
        }
    }

    private static Set<DispatcherType> dispatchers(AnnotationInstance annotation) {
        Set<DispatcherType> dispatchers = EnumSet.noneOf(DispatcherType.class);
        AnnotationValue value = annotation.value("dispatcherTypes");
        if (value != null) {
            Arrays.stream(value.asEnumArray()).map(DispatcherType::valueOf).forEach(dispatchers::add);
        }
        return dispatchers.isEmpty() ? EnumSet.of(DispatcherType.REQUEST) : dispatchers;
    }

    private static MultipartConfigElement multipart(AnnotationInstance annotation) {
        return new MultipartConfigElement(
                text(annotation, "location").orElse(""),
                Optional.ofNullable(annotation.value("maxFileSize"))
                        .map(AnnotationValue::asLong)
                        .orElse(-1L),
                Optional.ofNullable(annotation.value("maxRequestSize"))
                        .map(AnnotationValue::asLong)
                        .orElse(-1L),
                Optional.ofNullable(annotation.value("fileSizeThreshold"))
                        .map(AnnotationValue::asInt)
                        .orElse(0));
    }

    private static List<String> patterns(AnnotationInstance annotation) {
        List<String> patterns = new ArrayList<>(texts(annotation, "value"));
        patterns.addAll(texts(annotation, "urlPatterns"));
        return patterns;
    }

    private static Map<String, String> parameters(AnnotationInstance annotation) {
        Map<String, String> parameters = new LinkedHashMap<>();
        AnnotationValue value = annotation.value("initParams");
        if (value != null) {
            for (AnnotationInstance parameter : value.asNestedArray()) {
                parameters.put(
                        parameter.value("name").asString(),
                        parameter.value("value").asString());
            }
        }
        return parameters;
    }

    private static Optional<Boolean> flag(AnnotationInstance annotation, String element) {
        return Optional.ofNullable(annotation.value(element)).map(AnnotationValue::asBoolean);
    }

    private static Optional<String> text(AnnotationInstance annotation, String element) {
        return Optional.ofNullable(annotation.value(element))
                .map(AnnotationValue::asString)
                .filter(text -> !text.isEmpty());
    }

    private static List<String> texts(AnnotationInstance annotation, String element) {
        AnnotationValue value = annotation.value(element);
        return value == null ? List.of() : List.of(value.asStringArray());
    }
}
