package org.keepsake.node.deploy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one application: the JDK and the servlet API first, then its own ({@code WEB-INF/classes}, then
 * {@code WEB-INF/lib}), then what the node lends to all (Servlet 6.0, section 10.7.2). Nothing else of the node's class
 * path can be seen, so an application may bring its own version of any library the node uses; only what its own
 * converters must share with the node's transcoder comes from the node ({@link LentLibraries}).
 *
 * <p>Thread-safe; to be closed when the application is gone, for it holds its JAR files open.
 */
final class ApplicationClassLoader extends URLClassLoader {

    static {
        registerAsParallelCapable();
    }

    private final ClassLoader api;

    /** Nothing, unless the application teaches its transcoder; written once, while it is deployed. */
    private volatile Lent lent = new Lent(ApplicationClassLoader.class.getClassLoader(), List.of());

    /** Packages that come from a library before the application's own. */
    private record Lent(ClassLoader library, List<String> packages) {
        boolean has(String className) {
            return packages.stream().anyMatch(className::startsWith);
        }
    }

    /**
     * @param urls {@code WEB-INF/classes} and the JAR files, in search order
     * @param api what the node lends
     */
    ApplicationClassLoader(String context, URL[] urls, ApplicationApi api) {
        super("application " + context, urls, api);
        this.api = api;
    }

    /** From now on classes whose names begin so are the library's. */
    void lend(ClassLoader library, List<String> packages) {
        lent = new Lent(library, packages);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> found = findLoadedClass(name);
            if (found == null) {
                found = lent.has(name) ? lentFirst(name) : usual(name);
            }
            if (resolve) {
                resolveClass(found);
            }
            return found;
        }
    }

    private Class<?> usual(String name) throws ClassNotFoundException {
        return ApplicationApi.overridable(name) ? ownFirst(name) : api.loadClass(name);
    }

    private Class<?> lentFirst(String name) throws ClassNotFoundException {
        try {
            return lent.library().loadClass(name);
        } catch (ClassNotFoundException notThere) {
            return usual(name);
        }
    }

    private Class<?> ownFirst(String name) throws ClassNotFoundException {
        try {
            return findClass(name);
        } catch (ClassNotFoundException notMine) {
            return api.loadClass(name);
        }
    }

    @Override
    public @Nullable URL getResource(String name) {
        if (!ApplicationApi.overridableResource(name)) {
            URL lent = api.getResource(name);
            if (lent != null) {
                return lent;
            }
        }
        URL own = findResource(name);
        return own != null ? own : api.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> all = new ArrayList<>(Collections.list(findResources(name)));
        all.addAll(Collections.list(api.getResources(name)));
        return Collections.enumeration(all);
    }
}
