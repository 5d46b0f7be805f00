package org.keepsake.node.deploy;

import io.undertow.servlet.api.SecurityConstraint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.jasper.deploy.JspPropertyGroup;

/**
 * What one source says about an application: {@code web.xml}, a fragment, or the annotations. Filled by its reader, then
 * completed by the sources that count less. Not thread-safe; used by the one thread that deploys.
 */
final class WebDescriptor {

    /** {@code <name>} of a fragment. */
    Optional<String> name = Optional.empty();

    boolean metadataComplete;
    boolean distributable;
    boolean denyUncoveredMethods;
    Optional<String> displayName = Optional.empty();
    Optional<String> requestEncoding = Optional.empty();
    Optional<String> responseEncoding = Optional.empty();
    Optional<LoginDeclaration> login = Optional.empty();
    SessionCookie session = SessionCookie.UNSAID;
    FragmentOrder order = FragmentOrder.UNSAID;

    final Map<String, String> parameters = new LinkedHashMap<>();
    final Map<String, ServletDeclaration> servlets = new LinkedHashMap<>();

    /** Servlet name by URL pattern. */
    final Map<String, String> servletMappings = new LinkedHashMap<>();

    final Map<String, FilterDeclaration> filters = new LinkedHashMap<>();
    final List<FilterDeclaration.Mapping> filterMappings = new ArrayList<>();
    final Set<String> listeners = new LinkedHashSet<>();
    final Map<String, String> mimeTypes = new LinkedHashMap<>();
    final Set<String> welcomeFiles = new LinkedHashSet<>();
    final List<ErrorPageDeclaration> errorPages = new ArrayList<>();
    final Map<String, String> localeEncodings = new LinkedHashMap<>();
    final List<JspPropertyGroup> jspGroups = new ArrayList<>();

    /** Location of the TLD by URI. */
    final Map<String, String> tagLibraries = new LinkedHashMap<>();

    final List<SecurityConstraint> constraints = new ArrayList<>();
    final Set<String> roles = new LinkedHashSet<>();

    /** {@code <login-config>}. */
    record LoginDeclaration(
            Optional<String> method, Optional<String> realm, Optional<String> loginPage, Optional<String> errorPage) {}

    /** Adds what a source that counts less says about things this one is silent on (Servlet 6.0, section 8.2.3). */
    void completeWith(WebDescriptor lower) {
        // Mappings first: whether they count depends on what was said before the lower source was heard.
        addServletMappings(lower);
        addFilterMappings(lower);
        lower.servlets.forEach((servlet, declaration) ->
                servlets.merge(servlet, declaration, (mine, added) -> mine.completedBy(added)));
        lower.filters.forEach(
                (filter, declaration) -> filters.merge(filter, declaration, (mine, added) -> mine.completedBy(added)));
        lower.parameters.forEach(parameters::putIfAbsent);
        lower.mimeTypes.forEach(mimeTypes::putIfAbsent);
        lower.localeEncodings.forEach(localeEncodings::putIfAbsent);
        lower.tagLibraries.forEach(tagLibraries::putIfAbsent);
        lower.errorPages.stream()
                .filter(page -> errorPages.stream().noneMatch(page::sameCause))
                .forEach(errorPages::add);
        listeners.addAll(lower.listeners);
        welcomeFiles.addAll(lower.welcomeFiles);
        jspGroups.addAll(lower.jspGroups);
        constraints.addAll(lower.constraints);
        roles.addAll(lower.roles);
        session = session.completedBy(lower.session);
        login = login.or(() -> lower.login);
        requestEncoding = requestEncoding.or(() -> lower.requestEncoding);
        responseEncoding = responseEncoding.or(() -> lower.responseEncoding);
    }

    /** The patterns of a servlet come from the highest source that maps it; a pattern belongs to who claimed it first. */
    private void addServletMappings(WebDescriptor lower) {
        Set<String> settled = Set.copyOf(servletMappings.values());
        lower.servletMappings.forEach((pattern, servlet) -> {
            if (!settled.contains(servlet)) {
                servletMappings.putIfAbsent(pattern, servlet);
            }
        });
    }

    private void addFilterMappings(WebDescriptor lower) {
        Set<String> settled = Set.copyOf(
                filterMappings.stream().map(FilterDeclaration.Mapping::filter).toList());
        lower.filterMappings.stream()
                .filter(mapping -> !settled.contains(mapping.filter()))
                .forEach(filterMappings::add);
    }

    /** Whether some servlet of this name or for this pattern is declared. */
    boolean maps(String pattern) {
        return servletMappings.containsKey(pattern);
    }

    /** The URL patterns of a servlet. */
    List<String> patternsOf(String servlet) {
        return servletMappings.entrySet().stream()
                .filter(entry -> Objects.equals(entry.getValue(), servlet))
                .map(Map.Entry::getKey)
                .toList();
    }
}
