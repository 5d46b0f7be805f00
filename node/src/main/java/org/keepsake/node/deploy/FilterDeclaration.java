package org.keepsake.node.deploy;

import jakarta.servlet.DispatcherType;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A filter as one source declares it; what the source does not say is empty. */
record FilterDeclaration(
        String name, Optional<String> className, Map<String, String> parameters, Optional<Boolean> async) {

    /** This declaration, completed by one that counts less. */
    FilterDeclaration completedBy(FilterDeclaration lower) {
        return new FilterDeclaration(
                name,
                className.or(lower::className),
                ServletDeclaration.merged(parameters, lower.parameters),
                async.or(lower::async));
    }

    /** One place a filter stands in: before a URL pattern or before a servlet. */
    record Mapping(String filter, boolean servlet, String target, Set<DispatcherType> dispatchers) {}
}
