package org.keepsake.node.deploy;

import io.undertow.servlet.api.ClassIntrospecter;
import io.undertow.servlet.api.InstanceFactory;
import io.undertow.servlet.api.InstanceHandle;
import io.undertow.servlet.util.ConstructorInstanceFactory;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes servlets, filters and listeners, calling {@code @PostConstruct} and {@code @PreDestroy} methods, base class first. */
final class LifecycleIntrospecter implements ClassIntrospecter {

    private static final System.Logger LOG = System.getLogger(LifecycleIntrospecter.class.getName());

    @Override
    public <T> InstanceFactory<T> createInstanceFactory(Class<T> type) throws NoSuchMethodException {
        InstanceFactory<T> constructor = new ConstructorInstanceFactory<>(type.getDeclaredConstructor());
        return () -> {
            InstanceHandle<T> handle = constructor.createInstance();
            T instance = handle.getInstance();
            for (Method method : annotated(type, PostConstruct.class)) {
                afterConstruction(method, instance);
            }
            return new Handle<>(instance, annotated(type, PreDestroy.class));
        };
    }

    private static void afterConstruction(Method method, Object instance) throws InstantiationException {
        try {
            method.invoke(instance);
        } catch (IllegalAccessException | InvocationTargetException e) {
            InstantiationException failure = new InstantiationException(method + " failed");
            failure.initCause(e);
            throw failure;
        }
    }

    /** The methods to call, by name, so that an overridden one is called once. */
    private static List<Method> annotated(Class<?> type, Class<? extends Annotation> annotation) {
        List<Class<?>> types = new ArrayList<>();
        for (Class<?> current = type; current != null && current != Object.class; current = current.getSuperclass()) {
            types.add(current);
        }
        Collections.reverse(types);
        Map<String, Method> methods = new LinkedHashMap<>();
        for (Class<?> current : types) {
            for (Method method : current.getDeclaredMethods()) {
                if (method.isAnnotationPresent(annotation) && method.getParameterCount() == 0) {
                    method.setAccessible(true);
                    methods.put(method.getName(), method);
                }
            }
        }
        return List.copyOf(methods.values());
    }

    private record Handle<T>(T instance, List<Method> beforeDestruction) implements InstanceHandle<T> {

        @Override
        public T getInstance() {
            return instance;
        }

        @Override
        public void release() {
            for (Method method : beforeDestruction) {
                try {
                    method.invoke(instance);
                } catch (IllegalAccessException | InvocationTargetException e) {
                    LOG.log(System.Logger.Level.WARNING, method + " failed", e);
                }
            }
        }
    }
}
