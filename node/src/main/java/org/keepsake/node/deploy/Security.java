package org.keepsake.node.deploy;

import io.undertow.security.idm.Account;
import io.undertow.security.idm.Credential;
import io.undertow.security.idm.IdentityManager;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.HttpMethodSecurityInfo;
import io.undertow.servlet.api.LoginConfig;
import io.undertow.servlet.api.SecurityInfo;
import io.undertow.servlet.api.SecurityInfo.EmptyRoleSemantic;
import io.undertow.servlet.api.ServletInfo;
import io.undertow.servlet.api.ServletSecurityInfo;
import io.undertow.servlet.api.TransportGuaranteeType;
import jakarta.servlet.annotation.HttpMethodConstraint;
import jakarta.servlet.annotation.ServletSecurity;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Security constraints of an application. They are enforced, but this node knows no users, so what asks for one refuses
 * everybody. An application without constraints is spared the security handlers, which read the session on every
 * request.
 */
final class Security {

    private static final System.Logger LOG = System.getLogger(Security.class.getName());
    private static final int HTTPS_PORT = 443;

    private Security() {}

    static void install(WebDescriptor descriptor, DeploymentInfo deployment) {
        deployment.addSecurityConstraints(descriptor.constraints);
        deployment.addSecurityRoles(descriptor.roles);
        deployment.setDenyUncoveredHttpMethods(descriptor.denyUncoveredMethods);
        deployment.setIdentityManager(new NoUsers());
        deployment.setConfidentialPortManager(exchange -> HTTPS_PORT);
        descriptor.login.ifPresent(login -> deployment.setLoginConfig(login(login)));
        // Listeners and initializers may add constraints; this wrapper is asked for after them, just before the
        // container looks whether security is disabled.
        deployment.addServletExtension((deployed, context) -> deployed.addInnerHandlerChainWrapper(handler -> {
            deployed.setSecurityDisabled(!hasConstraints(deployed));
            return handler;
        }));
    }

    private static boolean hasConstraints(DeploymentInfo deployed) {
        boolean constrained = !deployed.getSecurityConstraints().isEmpty()
                || deployed.getServlets().values().stream()
                        .anyMatch(servlet -> servlet.getServletSecurityInfo() != null);
        if (constrained) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "application {0}: has security constraints, and this node has no users: pages that need a role refuse everybody",
                    deployed.getDeploymentName());
        }
        return constrained;
    }

    private static LoginConfig login(WebDescriptor.LoginDeclaration login) {
        // The null page names are what the container takes for "none".
        return pages(
                login.method().map(method -> method.toUpperCase(Locale.ROOT)).orElse(null),
                login.realm().orElse("Keepsake"),
                login.loginPage().orElse(null),
                login.errorPage().orElse(null));
    }

    private static LoginConfig pages(
            @Nullable String method, String realm, @Nullable String loginPage, @Nullable String errorPage) {
        return method == null
                ? new LoginConfig(realm, loginPage, errorPage)
                : new LoginConfig(method, realm, loginPage, errorPage);
    }

    /** What {@code @ServletSecurity} says, for a servlet whose class carries it. */
    static void annotate(ServletInfo servlet) {
        ServletSecurity annotation = servlet.getServletClass().getAnnotation(ServletSecurity.class);
        if (annotation == null) {
            return;
        }
        ServletSecurityInfo security = new ServletSecurityInfo();
        fill(
                security,
                annotation.value().value(),
                annotation.value().transportGuarantee(),
                annotation.value().rolesAllowed());
        for (HttpMethodConstraint method : annotation.httpMethodConstraints()) {
            HttpMethodSecurityInfo info = new HttpMethodSecurityInfo().setMethod(method.value());
            fill(info, method.emptyRoleSemantic(), method.transportGuarantee(), method.rolesAllowed());
            security.addHttpMethodSecurityInfo(info);
        }
        servlet.setServletSecurityInfo(security);
    }

    private static void fill(
            SecurityInfo<?> info,
            ServletSecurity.EmptyRoleSemantic empty,
            ServletSecurity.TransportGuarantee guarantee,
            String[] roles) {
        info.setEmptyRoleSemantic(
                empty == ServletSecurity.EmptyRoleSemantic.DENY ? EmptyRoleSemantic.DENY : EmptyRoleSemantic.PERMIT);
        info.setTransportGuaranteeType(
                guarantee == ServletSecurity.TransportGuarantee.CONFIDENTIAL
                        ? TransportGuaranteeType.CONFIDENTIAL
                        : TransportGuaranteeType.NONE);
        info.addRolesAllowed(roles);
    }

    /** Knows nobody. */
    private static final class NoUsers implements IdentityManager {

        @Override
        public Account verify(Account account) {
            return account;
        }

        @Override
        public @Nullable Account verify(String id, Credential credential) {
            return null;
        }

        @Override
        public @Nullable Account verify(Credential credential) {
            return null;
        }
    }
}
