package org.keepsake.node.deploy;

import io.undertow.servlet.api.SecurityConstraint;
import io.undertow.servlet.api.SecurityInfo.EmptyRoleSemantic;
import io.undertow.servlet.api.TransportGuaranteeType;
import io.undertow.servlet.api.WebResourceCollection;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.SessionTrackingMode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.jasper.deploy.JspPropertyGroup;

/** Reads {@code web.xml} and {@code web-fragment.xml} of Servlet 2.2 to 6.0. */
final class WebDescriptorReader {

    private final WebDescriptor descriptor = new WebDescriptor();

    private WebDescriptorReader() {}

    /**
     * Reads a descriptor.
     *
     * @param source how a failure names the file
     * @throws DeploymentFailed with the file, the line and what is wrong there
     */
    static WebDescriptor read(InputStream in, String source) throws IOException {
        XmlElement root = XmlElement.read(in, source);
        if (!root.name().equals("web-app") && !root.name().equals("web-fragment")) {
            throw new DeploymentFailed(
                    source + " line " + root.line() + ": <" + root.name() + "> is no web application");
        }
        WebDescriptorReader reader = new WebDescriptorReader();
        for (XmlElement element : root.children()) {
            try {
                reader.read(element);
            } catch (DeploymentFailed e) {
                throw new DeploymentFailed(source + " " + e.getMessage(), e);
            }
        }
        reader.descriptor.metadataComplete =
                root.attribute("metadata-complete").map(Boolean::parseBoolean).orElse(isOlderThanAnnotations(root));
        return reader.descriptor;
    }

    /** Before Servlet 2.5 there were no annotations to complete a descriptor with. */
    private static boolean isOlderThanAnnotations(XmlElement root) {
        return root.name().equals("web-app")
                && root.attribute("version")
                        .filter(Set.of("2.2", "2.3", "2.4")::contains)
                        .isPresent();
    }

    private void read(XmlElement element) throws DeploymentFailed {
        switch (element.name()) {
            case "name" -> descriptor.name = Optional.of(element.text());
            case "display-name" -> descriptor.displayName = Optional.of(element.text());
            case "distributable" -> descriptor.distributable = true;
            case "deny-uncovered-http-methods" -> descriptor.denyUncoveredMethods = true;
            case "request-character-encoding" -> descriptor.requestEncoding = Optional.of(element.text());
            case "response-character-encoding" -> descriptor.responseEncoding = Optional.of(element.text());
            case "context-param" ->
                descriptor.parameters.put(
                        element.required("param-name"),
                        element.text("param-value").orElse(""));
            case "listener" -> descriptor.listeners.add(element.required("listener-class"));
            case "servlet" -> servlet(element);
            case "servlet-mapping" -> servletMapping(element);
            case "filter" -> filter(element);
            case "filter-mapping" -> filterMapping(element);
            case "session-config" -> descriptor.session = session(element);
            case "mime-mapping" ->
                descriptor.mimeTypes.put(
                        element.required("extension").toLowerCase(Locale.ROOT), element.required("mime-type"));
            case "welcome-file-list" -> descriptor.welcomeFiles.addAll(element.texts("welcome-file"));
            case "error-page" -> errorPage(element);
            case "locale-encoding-mapping-list" ->
                descriptor.localeEncodings.putAll(element.pairs("locale-encoding-mapping", "locale", "encoding"));
            case "jsp-config" -> jspConfig(element);
            // Until Servlet 2.4 tag libraries stood outside of <jsp-config>.
            case "taglib" ->
                descriptor.tagLibraries.put(element.required("taglib-uri"), element.required("taglib-location"));
            case "security-constraint" -> descriptor.constraints.add(constraint(element));
            case "security-role" -> descriptor.roles.add(element.required("role-name"));
            case "login-config" -> descriptor.login = Optional.of(login(element));
            case "absolute-ordering" ->
                descriptor.order = new FragmentOrder(Optional.of(names(element)), Set.of(), Set.of());
            case "ordering" ->
                descriptor.order =
                        new FragmentOrder(Optional.empty(), names(element, "after"), names(element, "before"));
            default -> {}
        }
    }

    private void servlet(XmlElement element) throws DeploymentFailed {
        String name = element.required("servlet-name");
        Map<String, String> references = new LinkedHashMap<>();
        for (XmlElement reference : element.all("security-role-ref")) {
            String role = reference.required("role-name");
            references.put(role, reference.text("role-link").orElse(role));
        }
        ServletDeclaration declaration = new ServletDeclaration(
                name,
                element.text("servlet-class"),
                element.text("jsp-file"),
                element.pairs("init-param", "param-name", "param-value"),
                loadOnStartup(element),
                flag(element, "async-supported"),
                flag(element, "enabled"),
                multipart(element),
                element.first("run-as").flatMap(runAs -> runAs.text("role-name")),
                references);
        if (descriptor.servlets.putIfAbsent(name, declaration) != null) {
            throw new DeploymentFailed("line " + element.line() + ": servlet " + name + " is declared twice");
        }
    }

    private static Optional<Integer> loadOnStartup(XmlElement element) throws DeploymentFailed {
        // An empty element means: load it, the order does not matter.
        if (element.has("load-on-startup") && element.text("load-on-startup").isEmpty()) {
            return Optional.of(0);
        }
        return element.number("load-on-startup").map(Long::intValue);
    }

    private static Optional<MultipartConfigElement> multipart(XmlElement servlet) throws DeploymentFailed {
        Optional<XmlElement> config = servlet.first("multipart-config");
        if (config.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new MultipartConfigElement(
                config.get().text("location").orElse(""),
                config.get().number("max-file-size").orElse(-1L),
                config.get().number("max-request-size").orElse(-1L),
                config.get().number("file-size-threshold").map(Long::intValue).orElse(0)));
    }

    private void servletMapping(XmlElement element) throws DeploymentFailed {
        String servlet = element.required("servlet-name");
        for (String pattern : element.texts("url-pattern")) {
            String taken = descriptor.servletMappings.putIfAbsent(normal(pattern), servlet);
            if (taken != null && !taken.equals(servlet)) {
                throw new DeploymentFailed("line " + element.line() + ": pattern " + pattern + " is mapped to servlet "
                        + taken + " and to servlet " + servlet);
            }
        }
    }

    /** Like Tomcat, forgives a missing slash: {@code index.do} means {@code /index.do}. */
    static String normal(String pattern) {
        return pattern.isEmpty() || pattern.startsWith("/") || pattern.startsWith("*.") ? pattern : "/" + pattern;
    }

    private void filter(XmlElement element) throws DeploymentFailed {
        String name = element.required("filter-name");
        FilterDeclaration declaration = new FilterDeclaration(
                name,
                element.text("filter-class"),
                element.pairs("init-param", "param-name", "param-value"),
                flag(element, "async-supported"));
        if (descriptor.filters.putIfAbsent(name, declaration) != null) {
            throw new DeploymentFailed("line " + element.line() + ": filter " + name + " is declared twice");
        }
    }

    private void filterMapping(XmlElement element) throws DeploymentFailed {
        String filter = element.required("filter-name");
        Set<DispatcherType> dispatchers = dispatchers(element);
        for (String pattern : element.texts("url-pattern")) {
            descriptor.filterMappings.add(new FilterDeclaration.Mapping(
                    filter, false, pattern.equals("*") ? "/*" : normal(pattern), dispatchers));
        }
        for (String servlet : element.texts("servlet-name")) {
            // "*" means every servlet.
            boolean every = servlet.equals("*");
            descriptor.filterMappings.add(
                    new FilterDeclaration.Mapping(filter, !every, every ? "/*" : servlet, dispatchers));
        }
    }

    private static Set<DispatcherType> dispatchers(XmlElement mapping) throws DeploymentFailed {
        Set<DispatcherType> dispatchers = EnumSet.noneOf(DispatcherType.class);
        for (XmlElement dispatcher : mapping.all("dispatcher")) {
            dispatchers.add(constant(DispatcherType.class, dispatcher));
        }
        return dispatchers.isEmpty() ? EnumSet.of(DispatcherType.REQUEST) : dispatchers;
    }

    private static SessionCookie session(XmlElement element) throws DeploymentFailed {
        Set<SessionTrackingMode> modes = EnumSet.noneOf(SessionTrackingMode.class);
        for (XmlElement mode : element.all("tracking-mode")) {
            modes.add(constant(SessionTrackingMode.class, mode));
        }
        Optional<Long> timeout = element.number("session-timeout");
        Optional<XmlElement> cookie = element.first("cookie-config");
        if (cookie.isEmpty()) {
            return new SessionCookie(
                    timeout,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of(),
                    modes);
        }
        return new SessionCookie(
                timeout,
                cookie.get().text("name"),
                cookie.get().text("domain"),
                cookie.get().text("path"),
                flag(cookie.get(), "http-only"),
                flag(cookie.get(), "secure"),
                cookie.get().number("max-age").map(Long::intValue),
                cookie.get().pairs("attribute", "attribute-name", "attribute-value"),
                modes);
    }

    private void errorPage(XmlElement element) throws DeploymentFailed {
        descriptor.errorPages.add(new ErrorPageDeclaration(
                element.required("location"),
                element.number("error-code").map(Long::intValue),
                element.text("exception-type")));
    }

    private void jspConfig(XmlElement element) throws DeploymentFailed {
        for (XmlElement library : element.all("taglib")) {
            read(library);
        }
        for (XmlElement group : element.all("jsp-property-group")) {
            descriptor.jspGroups.add(jspGroup(group));
        }
    }

    private static JspPropertyGroup jspGroup(XmlElement element) {
        JspPropertyGroup group = new JspPropertyGroup();
        element.texts("url-pattern").forEach(group::addUrlPattern);
        element.texts("include-prelude").forEach(group::addIncludePrelude);
        element.texts("include-coda").forEach(group::addIncludeCoda);
        element.text("el-ignored").ifPresent(group::setElIgnored);
        element.text("error-on-el-not-found").ifPresent(group::setErrorOnELNotFound);
        element.text("page-encoding").ifPresent(group::setPageEncoding);
        element.text("scripting-invalid").ifPresent(group::setScriptingInvalid);
        element.text("is-xml").ifPresent(group::setIsXml);
        element.text("deferred-syntax-allowed-as-literal").ifPresent(group::setDeferredSyntaxAllowedAsLiteral);
        element.text("trim-directive-whitespaces").ifPresent(group::setTrimDirectiveWhitespaces);
        element.text("default-content-type").ifPresent(group::setDefaultContentType);
        element.text("buffer").ifPresent(group::setBuffer);
        element.text("error-on-undeclared-namespace").ifPresent(group::setErrorOnUndeclaredNamespace);
        return group;
    }

    private static SecurityConstraint constraint(XmlElement element) throws DeploymentFailed {
        SecurityConstraint constraint = new SecurityConstraint();
        for (XmlElement collection : element.all("web-resource-collection")) {
            constraint.addWebResourceCollection(new WebResourceCollection()
                    .addUrlPatterns(collection.texts("url-pattern").stream()
                            .map(WebDescriptorReader::normal)
                            .toList())
                    .addHttpMethods(collection.texts("http-method"))
                    .addHttpMethodOmissions(collection.texts("http-method-omission")));
        }
        Optional<XmlElement> roles = element.first("auth-constraint");
        // Without <auth-constraint> everybody may, with an empty one nobody.
        constraint.setEmptyRoleSemantic(roles.isPresent() ? EmptyRoleSemantic.DENY : EmptyRoleSemantic.PERMIT);
        roles.ifPresent(allowed -> constraint.addRolesAllowed(allowed.texts("role-name")));
        Optional<XmlElement> guarantee =
                element.first("user-data-constraint").flatMap(data -> data.first("transport-guarantee"));
        if (guarantee.isPresent()) {
            constraint.setTransportGuaranteeType(constant(TransportGuaranteeType.class, guarantee.get()));
        }
        return constraint;
    }

    private static WebDescriptor.LoginDeclaration login(XmlElement element) {
        Optional<XmlElement> form = element.first("form-login-config");
        return new WebDescriptor.LoginDeclaration(
                element.text("auth-method"),
                element.text("realm-name"),
                form.flatMap(page -> page.text("form-login-page")),
                form.flatMap(page -> page.text("form-error-page")));
    }

    private static Set<String> names(XmlElement ordering, String child) {
        return new LinkedHashSet<>(
                ordering.first(child).map(WebDescriptorReader::names).orElse(List.of()));
    }

    private static List<String> names(XmlElement element) {
        List<String> names = new ArrayList<>();
        for (XmlElement child : element.children()) {
            switch (child.name()) {
                case "name" -> names.add(child.text());
                case "others" -> names.add(FragmentOrder.OTHERS);
                default -> {}
            }
        }
        return names;
    }

    private static Optional<Boolean> flag(XmlElement element, String child) {
        return element.text(child).map(Boolean::parseBoolean);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, XmlElement element) throws DeploymentFailed {
        try {
            return Enum.valueOf(type, element.text().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new DeploymentFailed(
                    "line " + element.line() + ": <" + element.name() + "> " + element.text() + " is not known", e);
        }
    }
}
