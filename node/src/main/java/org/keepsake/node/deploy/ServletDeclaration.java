package org.keepsake.node.deploy;

import jakarta.servlet.MultipartConfigElement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A servlet as one source declares it: a descriptor, a fragment or an annotation. What a source does not say is empty.
 *
 * @param roleReferences the names the servlet uses for roles, each with the role it stands for
 */
record ServletDeclaration(
        String name,
        Optional<String> className,
        Optional<String> jspFile,
        Map<String, String> parameters,
        Optional<Integer> loadOnStartup,
        Optional<Boolean> async,
        Optional<Boolean> enabled,
        Optional<MultipartConfigElement> multipart,
        Optional<String> runAs,
        Map<String, String> roleReferences) {

    /** This declaration, completed by one that counts less (Servlet 6.0, section 8.2.3). */
    ServletDeclaration completedBy(ServletDeclaration lower) {
        boolean implemented = className.isPresent() || jspFile.isPresent();
        return new ServletDeclaration(
                name,
                implemented ? className : lower.className,
                implemented ? jspFile : lower.jspFile,
                merged(parameters, lower.parameters),
                loadOnStartup.or(lower::loadOnStartup),
                async.or(lower::async),
                enabled.or(lower::enabled),
                multipart.or(lower::multipart),
                runAs.or(lower::runAs),
                merged(roleReferences, lower.roleReferences));
    }

    static <V> Map<String, V> merged(Map<String, V> higher, Map<String, V> lower) {
        Map<String, V> all = new LinkedHashMap<>(lower);
        all.putAll(higher);
        return all;
    }
}
