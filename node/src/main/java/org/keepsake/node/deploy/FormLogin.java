package org.keepsake.node.deploy;

import io.undertow.security.api.AuthenticationMechanism;
import io.undertow.security.api.AuthenticationMechanismFactory;
import io.undertow.security.idm.IdentityManager;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.form.FormParserFactory;
import io.undertow.server.session.Session;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.handlers.ServletRequestContext;
import io.undertow.servlet.handlers.security.ServletFormAuthenticationMechanism;
import io.undertow.servlet.spec.HttpSessionImpl;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * FORM login of which every step may happen on another node: what the container remembers between the steps are plain
 * values in the session, and the request that asked for the login is kept in a form of our own ({@link SavedRequest}).
 */
final class FormLogin extends ServletFormAuthenticationMechanism {

    /** The container hides names that begin so from applications. */
    private static final String SAVED_REQUEST = "io.undertow.keepsake.saved-request";

    private static final byte[] NOTHING = {};

    private FormLogin(
            FormParserFactory parsers, String name, String loginPage, String errorPage, IdentityManager users) {
        super(parsers, name, loginPage, errorPage, users);
    }

    /** Lets an application use it in place of the container's. */
    static void install(DeploymentInfo deployment) {
        deployment.addAuthenticationMechanism(HttpServletRequest.FORM_AUTH, new Factory());
        // Before the constraints are looked at: they depend on the method of the request.
        deployment.addOuterHandlerChainWrapper(FormLogin::restoring);
    }

    @Override
    protected void storeInitialLocation(HttpServerExchange exchange) {
        Optional<SavedRequest> request = taken(exchange);
        // A length beyond its limit keeps the container from saving the request in its own form too.
        super.storeInitialLocation(exchange, NOTHING, Integer.MAX_VALUE);
        Session session = session(exchange, true);
        if (session == null) {
            return;
        }
        if (request.isPresent()) {
            session.setAttribute(SAVED_REQUEST, request.get().encoded());
        } else {
            session.removeAttribute(SAVED_REQUEST);
        }
    }

    private static Optional<SavedRequest> taken(HttpServerExchange exchange) {
        try {
            return SavedRequest.take(exchange);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpHandler restoring(HttpHandler next) {
        return exchange -> {
            Session session = exchange.isRequestComplete() ? session(exchange, false) : null;
            if (session != null && session.getAttribute(SAVED_REQUEST) instanceof byte[] encoded) {
                Optional<SavedRequest> request = SavedRequest.decoded(encoded);
                if (request.isEmpty() || request.get().isFor(exchange)) {
                    session.removeAttribute(SAVED_REQUEST);
                    request.ifPresent(saved -> saved.restore(exchange));
                }
            }
            next.handleRequest(exchange);
        };
    }

    private static @Nullable Session session(HttpServerExchange exchange, boolean create) {
        HttpSessionImpl session = exchange.getAttachment(ServletRequestContext.ATTACHMENT_KEY)
                .getCurrentServletContext()
                .getSession(exchange, create);
        return session == null ? null : session.getSession();
    }

    private static final class Factory implements AuthenticationMechanismFactory {

        @Override
        public AuthenticationMechanism create(
                String name, IdentityManager users, FormParserFactory parsers, Map<String, String> properties) {
            return new FormLogin(
                    parsers,
                    name,
                    properties.getOrDefault(LOGIN_PAGE, "/"),
                    properties.getOrDefault(ERROR_PAGE, "/"),
                    users);
        }
    }
}
