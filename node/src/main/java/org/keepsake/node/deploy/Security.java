package org.keepsake.node.deploy;

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
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.keepsake.node.users.Users;

/**
 * Security constraints of an application and the way its users log in. An application that says nothing of either is
 * spared the security handlers, which read the session on every request.
 */
final class Security {

    private static final System.Logger LOG = System.getLogger(Security.class.getName());
    private static final int HTTPS_PORT = 443;
    private static final Set<String> METHODS = Set.of(
            HttpServletRequest.BASIC_AUTH,
            HttpServletRequest.DIGEST_AUTH,
            HttpServletRequest.FORM_AUTH,
            HttpServletRequest.CLIENT_CERT_AUTH);

    private Security() {}

    static void install(WebDescriptor descriptor, Users users, DeploymentInfo deployment) throws DeploymentFailed {
        deployment.addSecurityConstraints(descriptor.constraints);
        deployment.addSecurityRoles(descriptor.roles);
        deployment.setDenyUncoveredHttpMethods(descriptor.denyUncoveredMethods);
        deployment.setIdentityManager(users);
        deployment.setConfidentialPortManager(exchange -> HTTPS_PORT);
        if (descriptor.login.isPresent()) {
            login(descriptor.login.get(), deployment);
        }
        // Listeners and initializers may add constraints; this wrapper is asked for after them, just before the
        // container looks whether security is disabled.
        deployment.addServletExtension((deployed, context) -> deployed.addInnerHandlerChainWrapper(handler -> {
            deployed.setSecurityDisabled(!isSecured(deployed));
            if (users.isEmpty() && asksForUsers(deployed)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "application {0}: has security constraints, and this node has no users: pages that need a role refuse everybody (--users-file names them)",
                        deployed.getDeploymentName());
            }
            return handler;
        }));
    }

    private static boolean isSecured(DeploymentInfo deployed) {
        return asksForUsers(deployed)
                || !deployed.getSecurityConstraints().isEmpty()
                || !deployed.getSecurityRoles().isEmpty()
                || deployed.getServlets().values().stream()
                        .anyMatch(servlet -> servlet.getServletSecurityInfo() != null);
    }

    private static boolean asksForUsers(DeploymentInfo deployed) {
        return deployed.getLoginConfig() != null
                || deployed.getSecurityConstraints().stream()
                        .anyMatch(constraint -> !constraint.getRolesAllowed().isEmpty())
                || deployed.getServlets().values().stream()
                        .map(ServletInfo::getServletSecurityInfo)
                        .anyMatch(security -> security != null && asksForUsers(security));
    }

    private static boolean asksForUsers(ServletSecurityInfo security) {
        return !security.getRolesAllowed().isEmpty()
                || security.getHttpMethodSecurityInfo().stream()
                        .anyMatch(method -> !method.getRolesAllowed().isEmpty());
    }

    private static void login(WebDescriptor.LoginDeclaration login, DeploymentInfo deployment) throws DeploymentFailed {
        String realm = login.realm().orElse("Keepsake");
        Optional<String> method = login.method()
                .map(name -> name.toUpperCase(Locale.ROOT).replace('-', '_'))
                .filter(name -> !name.equals("NONE"));
        if (method.isEmpty()) {
            return;
        }
        if (!METHODS.contains(method.get())) {
            throw new DeploymentFailed("login-config: auth-method "
                    + login.method().orElse("") + " is not BASIC, DIGEST, FORM or CLIENT-CERT");
        }
        if (method.get().equals(HttpServletRequest.FORM_AUTH)) {
            deployment.setLoginConfig(new LoginConfig(
                    HttpServletRequest.FORM_AUTH,
                    realm,
                    page(login.loginPage(), "form-login-page"),
                    page(login.errorPage(), "form-error-page")));
            FormLogin.install(deployment);
        } else {
            deployment.setLoginConfig(new LoginConfig(method.get(), realm));
        }
    }

    private static String page(Optional<String> page, String element) throws DeploymentFailed {
        if (page.isEmpty()) {
            throw new DeploymentFailed("login-config: auth-method FORM without " + element);
        }
        return WebDescriptorReader.normal(page.get());
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
}
