package org.keepsake.node.session.transcoder.graph;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of an application's class and those it inherits, without the static and transient ones; by name. */
final class Fields {

    private static final ClassValue<Map<String, Field>> FIELDS = new ClassValue<>() {
        @Override
        protected Map<String, Field> computeValue(Class<?> type) {
            return find(type);
        }
    };

    private Fields() {}

    /** By name, or {@code Class.name} where a field of a superclass is hidden by another. */
    static Map<String, Field> of(Class<?> type) {
        return FIELDS.get(type);
    }

    private static Map<String, Field> find(Class<?> type) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0) {
                    field.setAccessible(true);
                    String name = field.getName();
                    fields.put(fields.containsKey(name) ? each.getName() + "." + name : name, field);
                }
            }
        }
        return fields;
    }

    static @Nullable Object get(RecordComponent component, Object record) throws ReflectiveOperationException {
        // The field, not what an accessor may make of it: the constructor takes the field's value.
        Field field = record.getClass().getDeclaredField(component.getName());
        field.setAccessible(true);
        return field.get(record);
    }

    /** Sets a field; one that the class has no more is left out, and a primitive one is never set to nothing. */
    static void set(@Nullable Field field, Object object, @Nullable Object value) throws ReflectiveOperationException {
        if (field != null && (value != null || !field.getType().isPrimitive())) {
            field.set(object, value);
        }
    }

    /** Makes a record; a component without a value is nothing, zero or false. */
    static Object make(Class<?> type, Map<String, @Nullable Object> values) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        @Nullable Object[] arguments = new @Nullable Object[types.length];
        for (int i = 0; i < types.length; i++) {
            @Nullable Object value = values.get(components[i].getName());
            arguments[i] = value == null && types[i].isPrimitive()
                    ? java.lang.reflect.Array.get(java.lang.reflect.Array.newInstance(types[i], 1), 0)
                    : value;
        }
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("record " + type.getName() + " refuses its values: " + e.getCause(), e);
        }
    }
}
