package org.keepsake.node.session.transcoder.graph;

import com.thoughtworks.xstream.converters.ConversionException;
import com.thoughtworks.xstream.converters.Converter;
import com.thoughtworks.xstream.converters.ConverterLookup;
import com.thoughtworks.xstream.converters.DataHolder;
import com.thoughtworks.xstream.converters.MarshallingContext;
import com.thoughtworks.xstream.core.MapBackedDataHolder;
import com.thoughtworks.xstream.core.ReferenceByIdMarshaller;
import com.thoughtworks.xstream.core.ReferenceByIdMarshallingStrategy;
import com.thoughtworks.xstream.core.TreeMarshaller;
import com.thoughtworks.xstream.io.HierarchicalStreamWriter;
import com.thoughtworks.xstream.mapper.Mapper;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** References by id that tell when an object refers back to itself before a reader could make it. Immutable. */
final class XstreamReferences extends ReferenceByIdMarshallingStrategy {

    @Override
    protected TreeMarshaller createMarshallingContext(
            HierarchicalStreamWriter writer, ConverterLookup converters, Mapper mapper) {
        return new Marshaller(writer, converters, mapper);
    }

    /** Writes one graph. Used by one thread. */
    static final class Marshaller extends ReferenceByIdMarshaller {

        private final Set<Object> unfinished = Collections.newSetFromMap(new IdentityHashMap<>());
        private int depth;

        Marshaller(HierarchicalStreamWriter writer, ConverterLookup converters, Mapper mapper) {
            super(writer, converters, mapper);
        }

        /** A converter is given a context that stands before this one, and has what the holder has. */
        @Override
        public void start(Object root, @Nullable DataHolder holder) {
            DataHolder own = holder == null ? new MapBackedDataHolder() : holder;
            own.put(Marshaller.class, this);
            super.start(root, own);
        }

        /** The one behind the context that a converter is given. */
        static Marshaller behind(MarshallingContext context) {
            return (Marshaller) context.get(Marshaller.class);
        }

        void begin(Object object) {
            unfinished.add(object);
        }

        void finish(Object object) {
            unfinished.remove(object);
        }

        @Override
        public void convert(Object object, Converter converter) {
            if (unfinished.contains(object)) {
                throw new ConversionException(
                        object.getClass().getName() + ": refers back to itself before it can be made");
            }
            if (depth == GraphWriter.DEEPEST) {
                throw new ConversionException("its object graph is deeper than " + GraphWriter.DEEPEST);
            }
            depth++;
            super.convert(object, converter);
            depth--;
        }
    }
}
