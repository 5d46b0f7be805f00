package org.keepsake.node.deploy;

import io.undertow.server.HttpHandler;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainer;
import io.undertow.servlet.api.ServletStackTraces;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.keepsake.node.users.Users;

/**
 * Turns WAR files and exploded directories into running applications, the way Tomcat 10.1 would (Servlet 6.0). Not
 * thread-safe: one application is deployed at a time.
 */
public final class Deployer {

    private static final System.Logger LOG = System.getLogger(Deployer.class.getName());

    private final Path workDirectory;
    private final Duration maxInactive;
    private final Map<String, Object> attributes;
    private final Users users;
    private final ApplicationSessions sessions;
    private final ServletContainer container = ServletContainer.Factory.newInstance();
    private final ApplicationApi api = new ApplicationApi();

    /**
     * Makes a deployer; it does nothing by itself.
     *
     * @param workDirectory where applications are unpacked and JSPs compiled, for this node alone
     * @param maxInactive how long a session lives without a request where a descriptor is silent
     * @param attributes context attributes every application finds
     * @param users who may log in
     * @param sessions gives an application its session manager
     */
    public Deployer(
            Path workDirectory,
            Duration maxInactive,
            Map<String, Object> attributes,
            Users users,
            ApplicationSessions sessions) {
        this.workDirectory = workDirectory;
        this.maxInactive = maxInactive;
        this.attributes = Map.copyOf(attributes);
        this.users = users;
        this.sessions = sessions;
    }

    /** The context path an application would have: the one given, or the one its file name says. */
    public static String contextOf(Path war, Optional<String> context) {
        return name(war, context).toString();
    }

    private static ContextName name(Path war, Optional<String> context) {
        return context.map(ContextName::ofPath).orElseGet(() -> ContextName.ofFile(war));
    }

    /**
     * Deploys and starts an application.
     *
     * @param war a WAR file or an exploded directory
     * @param context the context path; empty to take it from the file name
     * @throws DeploymentFailed with one sentence that names the file and says what is wrong
     */
    public Application deploy(Path war, Optional<String> context) throws DeploymentFailed {
        ContextName name = name(war, context);
        long begun = System.nanoTime();
        try {
            Application application = start(war, name);
            LOG.log(
                    System.Logger.Level.INFO,
                    "application {0}: deployed from {1} in {2} ms",
                    name,
                    war,
                    String.valueOf(Duration.ofNanos(System.nanoTime() - begun).toMillis()));
            return application;
        } catch (DeploymentFailed e) {
            throw new DeploymentFailed("war " + war + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new DeploymentFailed("war " + war + ": cannot be read or unpacked: " + e, e);
        }
    }

    private Application start(Path war, ContextName name) throws IOException {
        ApplicationFiles files = ApplicationFiles.prepare(war, workDirectory.resolve(name.folder()));
        ApplicationClassLoader loader = new ApplicationClassLoader(name.toString(), files.classPath(), api);
        boolean deployed = false;
        try {
            DeploymentInfo info = describe(war, files, name, loader);
            Application application = start(war, name, loader, info);
            deployed = true;
            return application;
        } finally {
            if (!deployed) {
                Application.closeLoader(loader, name);
            }
        }
    }

    private Application start(Path war, ContextName name, ApplicationClassLoader loader, DeploymentInfo info)
            throws DeploymentFailed {
        DeploymentManager manager = container.addDeployment(info);
        try {
            manager.deploy();
            HttpHandler handler = manager.start();
            return new Application(war, name, container, manager, loader, handler);
        } catch (ServletException | RuntimeException | LinkageError e) {
            Application.undeploy(container, manager, loader, name);
            throw new DeploymentFailed("does not start: " + innermost(e), e);
        }
    }

    private DeploymentInfo describe(Path war, ApplicationFiles files, ContextName name, ApplicationClassLoader loader)
            throws IOException {
        DescriptorCollector collector = new DescriptorCollector(files);
        Initializers initializers = new Initializers(loader);
        Optional<ClassIndex> index = collector.needsClasses() || initializers.needClasses()
                ? Optional.of(new ClassIndex(files))
                : Optional.empty();
        WebDescriptor descriptor = collector.collect(index);
        ContextDescriptor context = ContextDescriptor.read(war, files.root(), name.toString());
        descriptor.session = context.around(descriptor.session);
        TagLibraries libraries = new TagLibraries(files, descriptor.tagLibraries);
        descriptor.listeners.addAll(libraries.listeners());

        DeploymentInfo info = container(files, name, loader);
        JspPages pages = new JspPages(descriptor, files.scratch());
        new DeploymentTranslator(descriptor, loader, pages, info).translate();
        pages.install(info, libraries);
        Security.install(descriptor, users, info);
        WebSockets.install(index, loader, info);
        info.addServletContainerInitializers(initializers.describe(index));
        sessions.install(info, descriptor.distributable, context);
        return info;
    }

    /** What holds for every application. */
    private DeploymentInfo container(ApplicationFiles files, ContextName name, ApplicationClassLoader loader)
            throws IOException {
        DeploymentInfo info = new DeploymentInfo()
                .setDeploymentName(name.deploymentName())
                .setContextPath(name.path().isEmpty() ? "/" : name.path())
                .setClassLoader(loader)
                .setClassIntrospecter(new LifecycleIntrospecter())
                .setResourceManager(ApplicationResources.of(files))
                .setTempDir(files.temporary())
                .setMajorVersion(6)
                .setMinorVersion(0)
                .setContainerMajorVersion(6)
                .setContainerMinorVersion(0)
                .setServerName("Keepsake")
                .setDefaultSessionTimeout((int) Math.max(0, maxInactive.toSeconds()))
                // The specification wants filters ready before the first request.
                .setEagerFilterInit(true)
                // Tomcat does not insist on its wrapper classes, and applications rely on that.
                .setAllowNonStandardWrappers(true)
                // Whether the cookie of a stale session belongs elsewhere is nobody's question here.
                .setCheckOtherSessionManagers(false)
                .setServletStackTraces(ServletStackTraces.NONE);
        info.addInitialHandlerChainWrapper(CanonicalPath::new);
        attributes.forEach(info::addServletContextAttribute);
        return info;
    }

    /** The failure that began it, as one line. */
    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString().replaceAll("\\s*\\R\\s*", " ");
    }
}
