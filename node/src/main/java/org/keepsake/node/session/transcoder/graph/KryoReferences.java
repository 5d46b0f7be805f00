package org.keepsake.node.session.transcoder.graph;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.util.MapReferenceResolver;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** References that tell when an object refers back to itself before a reader could make it. Used by one thread. */
final class KryoReferences extends MapReferenceResolver {

    private final Set<Object> unfinished = Collections.newSetFromMap(new IdentityHashMap<>());

    void begin(Object object) {
        unfinished.add(object);
    }

    void finish(Object object) {
        unfinished.remove(object);
    }

    @Override
    public int getWrittenId(Object object) {
        int id = super.getWrittenId(object);
        if (id != -1 && unfinished.contains(object)) {
            throw new KryoException(object.getClass().getName() + ": refers back to itself before it can be made");
        }
        return id;
    }

    @Override
    public void reset() {
        super.reset();
        unfinished.clear();
    }
}
