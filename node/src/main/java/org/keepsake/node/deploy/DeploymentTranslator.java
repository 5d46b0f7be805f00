package org.keepsake.node.deploy;

import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.ErrorPage;
import io.undertow.servlet.api.FilterInfo;
import io.undertow.servlet.api.InstanceFactory;
import io.undertow.servlet.api.ListenerInfo;
import io.undertow.servlet.api.MimeMapping;
import io.undertow.servlet.api.ServletInfo;
import io.undertow.servlet.api.ServletSessionConfig;
import io.undertow.servlet.handlers.DefaultServlet;
import jakarta.servlet.Filter;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.Servlet;
import jakarta.servlet.annotation.MultipartConfig;
import java.util.EventListener;
import java.util.concurrent.TimeUnit;

/** Says to the container what a descriptor says. */
final class DeploymentTranslator {

    /** The name Tomcat gives the servlet of static files; applications map patterns to it. */
    private static final String DEFAULT_SERVLET = "default";

    private static final LifecycleIntrospecter LIFECYCLE = new LifecycleIntrospecter();

    private final WebDescriptor descriptor;
    private final ClassLoader loader;
    private final JspPages pages;
    private final DeploymentInfo deployment;

    DeploymentTranslator(WebDescriptor descriptor, ClassLoader loader, JspPages pages, DeploymentInfo deployment) {
        this.descriptor = descriptor;
        this.loader = loader;
        this.pages = pages;
        this.deployment = deployment;
    }

    void translate() throws DeploymentFailed {
        descriptor.displayName.ifPresent(deployment::setDisplayName);
        descriptor.requestEncoding.ifPresent(deployment::setDefaultRequestEncoding);
        descriptor.responseEncoding.ifPresent(deployment::setDefaultResponseEncoding);
        descriptor.parameters.forEach(deployment::addInitParameter);
        descriptor.mimeTypes.forEach((extension, type) -> deployment.addMimeMapping(new MimeMapping(extension, type)));
        descriptor.localeEncodings.forEach(deployment::addLocaleCharsetMapping);
        deployment.addWelcomePages(descriptor.welcomeFiles);
        for (String listener : descriptor.listeners) {
            Class<? extends EventListener> type = load(listener, EventListener.class, "listener");
            deployment.addListener(new ListenerInfo(type, factory(type)));
        }
        for (ServletDeclaration servlet : descriptor.servlets.values()) {
            addServlet(servlet);
        }
        addDefaultServlet();
        checkMappings();
        addFilters();
        for (ErrorPageDeclaration page : descriptor.errorPages) {
            deployment.addErrorPage(errorPage(page));
        }
        addSession();
    }

    private void addServlet(ServletDeclaration declaration) throws DeploymentFailed {
        if (!declaration.enabled().orElse(true)) {
            return;
        }
        ServletInfo servlet = servlet(declaration);
        declaration.parameters().forEach(servlet::addInitParam);
        declaration.loadOnStartup().ifPresent(servlet::setLoadOnStartup);
        declaration.async().ifPresent(servlet::setAsyncSupported);
        declaration.multipart().ifPresent(servlet::setMultipartConfig);
        declaration.runAs().ifPresent(servlet::setRunAs);
        declaration.roleReferences().forEach(servlet::addSecurityRoleRef);
        servlet.addMappings(descriptor.patternsOf(declaration.name()));
        deployment.addServlet(servlet);
    }

    private ServletInfo servlet(ServletDeclaration declaration) throws DeploymentFailed {
        String name = declaration.name();
        if (declaration.jspFile().isPresent()) {
            return pages.page(name, declaration.jspFile().get());
        }
        if (declaration.className().isEmpty()) {
            throw new DeploymentFailed("servlet " + name + ": has neither a class nor a JSP file");
        }
        Class<? extends Servlet> type = load(declaration.className().get(), Servlet.class, "servlet " + name + ":");
        ServletInfo servlet = new ServletInfo(name, type, factory(type));
        MultipartConfig multipart = servlet.getServletClass().getAnnotation(MultipartConfig.class);
        if (multipart != null) {
            servlet.setMultipartConfig(new MultipartConfigElement(multipart));
        }
        if (!descriptor.metadataComplete) {
            Security.annotate(servlet);
        }
        return servlet;
    }

    /** Applications written for Tomcat map {@code /static/*} to it and expect files below the context's root. */
    private void addDefaultServlet() {
        if (!descriptor.servlets.containsKey(DEFAULT_SERVLET)) {
            deployment.addServlet(new ServletInfo(DEFAULT_SERVLET, DefaultServlet.class)
                    .addInitParam(DefaultServlet.RESOLVE_AGAINST_CONTEXT_ROOT, "true")
                    .addMappings(descriptor.patternsOf(DEFAULT_SERVLET))
                    .setAsyncSupported(true));
        }
    }

    private void checkMappings() throws DeploymentFailed {
        for (String servlet : descriptor.servletMappings.values()) {
            if (!descriptor.servlets.containsKey(servlet)
                    && !servlet.equals(DEFAULT_SERVLET)
                    && !servlet.equals(JspPages.SERVLET)) {
                throw new DeploymentFailed("a URL pattern is mapped to servlet " + servlet + ", which is not declared");
            }
        }
    }

    private void addFilters() throws DeploymentFailed {
        for (FilterDeclaration declaration : descriptor.filters.values()) {
            String name = declaration.name();
            if (declaration.className().isEmpty()) {
                throw new DeploymentFailed("filter " + name + ": has no class");
            }
            Class<? extends Filter> type = load(declaration.className().get(), Filter.class, "filter " + name + ":");
            FilterInfo filter = new FilterInfo(name, type, factory(type));
            declaration.parameters().forEach(filter::addInitParam);
            declaration.async().ifPresent(filter::setAsyncSupported);
            deployment.addFilter(filter);
        }
        for (FilterDeclaration.Mapping mapping : descriptor.filterMappings) {
            if (!descriptor.filters.containsKey(mapping.filter())) {
                throw new DeploymentFailed("filter " + mapping.filter() + ": is mapped but not declared");
            }
            mapping.dispatchers().forEach(dispatcher -> {
                if (mapping.servlet()) {
                    deployment.addFilterServletNameMapping(mapping.filter(), mapping.target(), dispatcher);
                } else {
                    deployment.addFilterUrlMapping(mapping.filter(), mapping.target(), dispatcher);
                }
            });
        }
    }

    private ErrorPage errorPage(ErrorPageDeclaration page) throws DeploymentFailed {
        if (page.status().isPresent()) {
            return new ErrorPage(page.location(), page.status().get());
        }
        if (page.exception().isPresent()) {
            return new ErrorPage(page.location(), load(page.exception().get(), Throwable.class, "error page"));
        }
        return new ErrorPage(page.location());
    }

    private void addSession() throws DeploymentFailed {
        SessionCookie session = descriptor.session;
        if (session.timeoutMinutes().isPresent()) {
            long seconds = TimeUnit.MINUTES.toSeconds(session.timeoutMinutes().get());
            if (seconds > Integer.MAX_VALUE) {
                throw new DeploymentFailed(
                        "session-timeout " + session.timeoutMinutes().get() + " minutes: is longer than 68 years");
            }
            deployment.setDefaultSessionTimeout((int) Math.max(0, seconds));
        }
        ServletSessionConfig config = new ServletSessionConfig();
        config.setHttpOnly(session.httpOnly().orElse(true));
        config.setAttribute("SameSite", "Lax");
        session.name().ifPresent(config::setName);
        session.domain().ifPresent(config::setDomain);
        session.path().ifPresent(config::setPath);
        session.secure().ifPresent(config::setSecure);
        session.maxAge().ifPresent(config::setMaxAge);
        session.attributes().forEach(config::setAttribute);
        if (!session.trackingModes().isEmpty()) {
            config.setSessionTrackingModes(session.trackingModes());
        }
        deployment.setServletSessionConfig(config);
    }

    private static <T> InstanceFactory<T> factory(Class<T> type) throws DeploymentFailed {
        try {
            return LIFECYCLE.createInstanceFactory(type);
        } catch (NoSuchMethodException e) {
            throw new DeploymentFailed("class " + type.getName() + ": has no constructor without parameters", e);
        }
    }

    private <T> Class<? extends T> load(String name, Class<T> type, String what) throws DeploymentFailed {
        try {
            return Class.forName(name, false, loader).asSubclass(type);
        } catch (ClassNotFoundException e) {
            throw new DeploymentFailed(what + " class " + name + " is not in the application", e);
        } catch (ClassCastException e) {
            throw new DeploymentFailed(what + " class " + name + " is no " + type.getName(), e);
        } catch (LinkageError e) {
            throw new DeploymentFailed(what + " class " + name + " cannot be loaded: " + e, e);
        }
    }
}
