package org.keepsake.node.deploy;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the node lends to every application: the JDK, the Jakarta APIs it implements, what compiled JSPs run on, and the
 * standard tag library. Everything else on the node's class path stays hidden. Thread-safe; one serves all
 * applications.
 */
final class ApplicationApi extends ClassLoader {

    static {
        registerAsParallelCapable();
    }

    /** Implemented by the node, so an application's own copy would be a stranger to it. */
    private static final List<String> FIXED = List.of(
            "jakarta.servlet.",
            "jakarta.el.",
            "jakarta.annotation.",
            "jakarta.websocket.",
            // How the WebSocket API finds what implements it.
            "META-INF.services.jakarta.websocket.",
            "io.undertow.websockets.jsr.DefaultContainerConfigurator",
            "io.undertow.websockets.jsr.UndertowContainerProvider",
            "org.apache.jasper.",
            "org.apache.tomcat.",
            "org.glassfish.expressly.",
            "com.sun.el.",
            // An application may bring its own transcoder.
            "org.keepsake.node.session.transcoder.");

    /** Lent, but an application's own copy comes first. */
    private static final List<String> DEFAULTS =
            List.of("jakarta.servlet.jsp.jstl.", "org.apache.taglibs.", "org.eclipse.tags.");

    private static final Set<String> JDK_PACKAGES = ModuleLayer.boot().modules().stream()
            .filter(module ->
                    ClassLoader.getPlatformClassLoader() == module.getClassLoader() || module.getClassLoader() == null)
            .flatMap(module -> module.getPackages().stream())
            .collect(Collectors.toUnmodifiableSet());

    private final ClassLoader node;

    ApplicationApi() {
        super("application api", ClassLoader.getPlatformClassLoader());
        this.node = ApplicationApi.class.getClassLoader();
    }

    /** Whether an application's own class of this name comes before the one it is lent. */
    static boolean overridable(String className) {
        if (startsWithAny(className, DEFAULTS)) {
            return true;
        }
        int dot = className.lastIndexOf('.');
        return !startsWithAny(className, FIXED) && (dot < 0 || !JDK_PACKAGES.contains(className.substring(0, dot)));
    }

    /** The same rule for a class file or another resource. */
    static boolean overridableResource(String resource) {
        return overridable(resource.replace('/', '.'));
    }

    private static boolean lent(String className) {
        return startsWithAny(className, FIXED) || startsWithAny(className, DEFAULTS);
    }

    private static boolean startsWithAny(String name, List<String> prefixes) {
        return prefixes.stream().anyMatch(name::startsWith);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (!lent(name)) {
            throw new ClassNotFoundException(name);
        }
        return node.loadClass(name);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        return lent(name.replace('/', '.')) ? node.getResource(name) : null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        return lent(name.replace('/', '.')) ? node.getResources(name) : Collections.emptyEnumeration();
    }
}
