package org.keepsake.node.session.transcoder.graph;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.transcoder.TranscoderContext;
import org.keepsake.node.session.transcoder.ValueConverter;

/** The types that users taught, by class and by name. Immutable. */
final class Converters {

    private final Map<String, ValueConverter<?>> byName = new HashMap<>();

    /**
     * Makes one of each class that users named.
     *
     * @throws IllegalArgumentException if one cannot be made, or two are for one type
     */
    Converters(TranscoderContext context) {
        for (ValueConverter<?> converter : context.customConverters(ValueConverter.class)) {
            if (byName.putIfAbsent(converter.type().getName(), converter) != null) {
                throw new IllegalArgumentException("custom converter "
                        + converter.getClass().getName() + ": is the second one for "
                        + converter.type().getName());
            }
        }
    }

    @Nullable
    ValueConverter<?> named(String type) {
        return byName.get(type);
    }

    @Nullable
    ValueConverter<?> of(Class<?> type) {
        ValueConverter<?> converter = byName.get(type.getName());
        return converter != null && converter.type() == type ? converter : null;
    }
}
