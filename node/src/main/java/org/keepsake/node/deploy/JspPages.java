package org.keepsake.node.deploy;

import io.undertow.jsp.HackInstanceManager;
import io.undertow.jsp.JspFileHandler;
import io.undertow.jsp.JspServletBuilder;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.ServletInfo;
import jakarta.servlet.descriptor.JspConfigDescriptor;
import jakarta.servlet.descriptor.JspPropertyGroupDescriptor;
import jakarta.servlet.descriptor.TaglibDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.jasper.deploy.JspPropertyGroup;
import org.apache.jasper.servlet.JspServlet;

/**
 * JSP pages of one application, through jastow. The Java compiler behind it is loaded when the first page is compiled,
 * not before; a page compiled by an earlier start of the same application is used again.
 */
final class JspPages {

    /** The name Tomcat gives the JSP servlet; applications map patterns to it. */
    static final String SERVLET = "jsp";

    private static final List<String> PATTERNS = List.of("*.jsp", "*.jspx");
    private static final String JAVA_VERSION = "17";

    private final WebDescriptor descriptor;
    private final Path scratch;

    JspPages(WebDescriptor descriptor, Path scratch) {
        this.descriptor = descriptor;
        this.scratch = scratch;
    }

    /** Prepares the application for JSPs. */
    void install(DeploymentInfo deployment, TagLibraries libraries) throws IOException {
        HashMap<String, JspPropertyGroup> groups = new HashMap<>();
        for (JspPropertyGroup group : descriptor.jspGroups) {
            group.getUrlPatterns().forEach(pattern -> groups.put(String.valueOf(pattern), group));
        }
        JspServletBuilder.setupDeployment(deployment, groups, libraries.byUri(), new HackInstanceManager());
        deployment.setJspConfigDescriptor(new Config(descriptor.jspGroups, descriptor.tagLibraries));
        if (!descriptor.servlets.containsKey(SERVLET)) {
            deployment.addServlet(servlet(groups));
        }
    }

    private ServletInfo servlet(Map<String, JspPropertyGroup> groups) {
        ServletInfo servlet = settings(new ServletInfo(SERVLET, JspServlet.class));
        servlet.setRequireWelcomeFileMapping(true);
        servlet.addMappings(descriptor.patternsOf(SERVLET));
        PATTERNS.stream().filter(pattern -> !descriptor.maps(pattern)).forEach(servlet::addMapping);
        // JSP 3.1, section 3.3.2: what a property group matches is a JSP page, if nothing else was mapped to it.
        groups.keySet().stream()
                .filter(pattern ->
                        !descriptor.maps(pattern) && !servlet.getMappings().contains(pattern))
                .forEach(servlet::addMapping);
        return servlet;
    }

    /** A servlet declared with {@code <jsp-file>}. */
    ServletInfo page(String name, String file) {
        String path = file.startsWith("/") ? file : "/" + file;
        return settings(new ServletInfo(name, JspServlet.class))
                .addHandlerChainWrapper(JspFileHandler.jspFileHandlerWrapper(path));
    }

    private ServletInfo settings(ServletInfo servlet) {
        return servlet.addInitParam("scratchdir", scratch.toString())
                .addInitParam("compilerSourceVM", JAVA_VERSION)
                .addInitParam("compilerTargetVM", JAVA_VERSION);
    }

    private record Config(List<JspPropertyGroup> groups, Map<String, String> libraries) implements JspConfigDescriptor {

        @Override
        public Collection<TaglibDescriptor> getTaglibs() {
            return libraries.entrySet().stream()
                    .<TaglibDescriptor>map(library -> new Library(library.getKey(), library.getValue()))
                    .toList();
        }

        @Override
        public Collection<JspPropertyGroupDescriptor> getJspPropertyGroups() {
            return List.copyOf(groups);
        }
    }

    private record Library(String uri, String location) implements TaglibDescriptor {

        @Override
        public String getTaglibURI() {
            return uri;
        }

        @Override
        public String getTaglibLocation() {
            return location;
        }
    }
}
