package org.keepsake.node.deploy;

import jakarta.servlet.SessionTrackingMode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code <session-config>} of a descriptor.
 *
 * @param timeoutMinutes how long a session lives without a request; zero or less is for ever
 * @param attributes the other attributes of the cookie by name, such as {@code SameSite} (Servlet 6.0)
 */
record SessionCookie(
        Optional<Long> timeoutMinutes,
        Optional<String> name,
        Optional<String> domain,
        Optional<String> path,
        Optional<Boolean> httpOnly,
        Optional<Boolean> secure,
        Optional<Integer> maxAge,
        Map<String, String> attributes,
        Set<SessionTrackingMode> trackingModes) {

    static final SessionCookie UNSAID = new SessionCookie(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Set.of());

    SessionCookie completedBy(SessionCookie lower) {
        return new SessionCookie(
                timeoutMinutes.or(lower::timeoutMinutes),
                name.or(lower::name),
                domain.or(lower::domain),
                path.or(lower::path),
                httpOnly.or(lower::httpOnly),
                secure.or(lower::secure),
                maxAge.or(lower::maxAge),
                ServletDeclaration.merged(attributes, lower.attributes),
                trackingModes.isEmpty() ? lower.trackingModes : trackingModes);
    }

    /** The same, with sessions found in no other way than these. */
    SessionCookie trackedBy(Set<SessionTrackingMode> modes) {
        return new SessionCookie(timeoutMinutes, name, domain, path, httpOnly, secure, maxAge, attributes, modes);
    }
}
