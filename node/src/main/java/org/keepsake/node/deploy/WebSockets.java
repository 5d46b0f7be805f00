package org.keepsake.node.deploy;

import io.undertow.server.DefaultByteBufferPool;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.websockets.jsr.Bootstrap;
import io.undertow.websockets.jsr.WebSocketDeploymentInfo;
import jakarta.servlet.ServletContext;
import jakarta.websocket.Endpoint;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.IndexView;

/**
 * WebSocket endpoints of an application (Jakarta WebSocket 2.1, section 6.2): those annotated {@code @ServerEndpoint},
 * unless a {@code ServerApplicationConfig} chooses among them and adds its own. Applications find the {@code
 * ServerContainer} among the attributes of their context, as on Tomcat.
 */
final class WebSockets {

    private static final System.Logger LOG = System.getLogger(WebSockets.class.getName());
    private static final int BUFFER_BYTES = 1024;

    private final ClassLoader loader;
    private final Set<Class<?>> annotated = new LinkedHashSet<>();
    private final Set<ServerEndpointConfig> programmatic = new LinkedHashSet<>();

    private WebSockets(ClassLoader loader) {
        this.loader = loader;
    }

    /** @param index the classes of the application; empty if they are not to be looked at */
    static void install(Optional<ClassIndex> index, ClassLoader loader, DeploymentInfo deployment) throws IOException {
        WebSockets endpoints = new WebSockets(loader);
        if (index.isPresent()) {
            endpoints.find(index.get().hierarchy().index());
        }
        WebSocketDeploymentInfo sockets = new WebSocketDeploymentInfo()
                // For connections that the application opens; those it accepts use the listener's.
                .setBuffers(new DefaultByteBufferPool(false, BUFFER_BYTES))
                // An endpoint may wait, for a session or a database, and must not do so on an I/O thread.
                .setDispatchToWorkerThread(true)
                .addAnnotatedEndpoints(endpoints.annotated)
                .addProgramaticEndpoints(endpoints.programmatic);
        deployment.addServletContextAttribute(WebSocketDeploymentInfo.ATTRIBUTE_NAME, sockets);
        deployment.addServletExtension(WebSockets::begin);
    }

    /** The container finds its own extension too, but only if the deploying thread has the node's class loader. */
    private static void begin(DeploymentInfo deployment, ServletContext context) {
        if (context.getAttribute(ServerContainer.class.getName()) == null) {
            new Bootstrap().handleDeployment(deployment, context);
        }
    }

    private void find(IndexView index) throws DeploymentFailed {
        Set<Class<?>> marked = new LinkedHashSet<>();
        for (AnnotationInstance annotation : index.getAnnotations(ServerEndpoint.class)) {
            if (annotation.target().kind() == AnnotationTarget.Kind.CLASS) {
                load(annotation.target().asClass(), Object.class).ifPresent(marked::add);
            }
        }
        List<Class<? extends ServerApplicationConfig>> configs = new ArrayList<>();
        for (ClassInfo type : index.getAllKnownImplementations(ServerApplicationConfig.class)) {
            load(type, ServerApplicationConfig.class).ifPresent(configs::add);
        }
        if (configs.isEmpty()) {
            annotated.addAll(marked);
            return;
        }
        Set<Class<? extends Endpoint>> endpoints = new LinkedHashSet<>();
        for (ClassInfo type : index.getAllKnownSubclasses(Endpoint.class)) {
            load(type, Endpoint.class).ifPresent(endpoints::add);
        }
        for (Class<? extends ServerApplicationConfig> config : configs) {
            choose(config, endpoints, marked);
        }
    }

    private void choose(
            Class<? extends ServerApplicationConfig> type,
            Set<Class<? extends Endpoint>> endpoints,
            Set<Class<?>> marked)
            throws DeploymentFailed {
        try {
            ServerApplicationConfig config = type.getDeclaredConstructor().newInstance();
            // Either may return null, which means none.
            Optional.ofNullable(config.getEndpointConfigs(Set.copyOf(endpoints)))
                    .ifPresent(programmatic::addAll);
            Optional.ofNullable(config.getAnnotatedEndpointClasses(Set.copyOf(marked)))
                    .ifPresent(annotated::addAll);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            throw new DeploymentFailed("WebSocket configuration " + type.getName() + " failed: " + e, e);
        }
    }

    private <T> Optional<Class<? extends T>> load(ClassInfo found, Class<T> type) {
        if (found.isInterface() || Modifier.isAbstract(found.flags())) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Class.forName(found.name().toString(), false, loader).asSubclass(type));
        } catch (ClassNotFoundException | LinkageError | ClassCastException e) {
            // Libraries hold endpoints for optional dependencies.
            LOG.log(System.Logger.Level.DEBUG, "{0}: cannot be loaded, no WebSocket endpoint: {1}", found.name(), e);
            return Optional.empty();
        }
    }
}
