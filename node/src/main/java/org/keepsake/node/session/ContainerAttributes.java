package org.keepsake.node.session;

import io.undertow.security.api.AuthenticatedSessionManager.AuthenticatedSession;
import io.undertow.security.idm.Account;
import io.undertow.servlet.handlers.security.CachedAuthenticatedSessionHandler;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What the container keeps in a session for itself, under names that applications cannot use and listeners do not hear
 * of. Plain values (a redirect's target, a time-out, the bytes of a request) travel with the session like those of an
 * application. So does the login, as the name of its user and the way it was made: each node makes the account anew, and
 * looks up its roles, when it is asked for it; no object of the container is ever decoded. All else, such as the
 * channels of WebSockets, never leaves the node.
 */
final class ContainerAttributes {

    private static final String PREFIX = "io.undertow";
    private static final String LOGIN = CachedAuthenticatedSessionHandler.ATTRIBUTE_NAME;
    private static final String CHANNELS = "io.undertow.websocket.current-connections";

    /** The container compares the names of these by identity. */
    private static final Map<String, String> MECHANISMS = Map.of(
            HttpServletRequest.BASIC_AUTH, HttpServletRequest.BASIC_AUTH,
            HttpServletRequest.FORM_AUTH, HttpServletRequest.FORM_AUTH,
            HttpServletRequest.DIGEST_AUTH, HttpServletRequest.DIGEST_AUTH,
            HttpServletRequest.CLIENT_CERT_AUTH, HttpServletRequest.CLIENT_CERT_AUTH);

    private ContainerAttributes() {}

    /** Whether an attribute of this name is the container's. */
    static boolean owns(String name) {
        return name.startsWith(PREFIX);
    }

    /** A value that travels, in the form it travels in; null if it stays on the node. */
    static @Nullable Object travelling(Object value) {
        if (value instanceof AuthenticatedSession login) {
            return login.getMechanism() + "\n"
                    + login.getAccount().getPrincipal().getName();
        }
        boolean plain = value instanceof String
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof byte[];
        return plain ? value : null;
    }

    /** The value as the container knows it, of the form it travels in. */
    static @Nullable Object arrived(String name, @Nullable Object value) {
        if (!name.equals(LOGIN)) {
            return value;
        }
        return value instanceof String text && text.indexOf('\n') > 0 ? login(text) : null;
    }

    private static AuthenticatedSession login(String text) {
        int end = text.indexOf('\n');
        String mechanism = text.substring(0, end);
        return new AuthenticatedSession(
                new Named(text.substring(end + 1)), MECHANISMS.getOrDefault(mechanism, mechanism));
    }

    /**
     * A value that stays on the node. The channels' list is made here, one for all requests that share the session: the
     * container guards the one it would make by each request's own object.
     */
    static @Nullable Object local(Map<String, Object> local, String name) {
        return name.equals(CHANNELS)
                ? local.computeIfAbsent(name, made -> new CopyOnWriteArrayList<>())
                : local.get(name);
    }

    /** Somebody who logged in somewhere; which roles he has, the node's users say. */
    private record Named(String name) implements Account, Principal {

        @Override
        public Principal getPrincipal() {
            return this;
        }

        @Override
        public Set<String> getRoles() {
            return Set.of();
        }

        @Override
        public String getName() {
            return name;
        }
    }
}
