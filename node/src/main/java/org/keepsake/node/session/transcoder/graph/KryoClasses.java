package org.keepsake.node.session.transcoder.graph;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.util.DefaultClassResolver;
import org.keepsake.node.session.transcoder.TranscodingFailed;

/** Classes by name, and only those that may travel: each is looked at when it is first met. Used by one thread. */
final class KryoClasses extends DefaultClassResolver {

    private final Shapes shapes;

    KryoClasses(Shapes shapes) {
        this.shapes = shapes;
    }

    @Override
    @SuppressWarnings("rawtypes") // as Kryo has it
    public Registration registerImplicit(Class type) {
        try {
            Shape unused = shapes.of((Class<?>) type);
        } catch (TranscodingFailed e) {
            throw new KryoException(e.getMessage(), e);
        }
        return super.registerImplicit(type);
    }
}
