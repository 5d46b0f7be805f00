package org.keepsake.node.session.transcoder.graph;

import org.keepsake.node.session.transcoder.Transcoder;
import org.keepsake.node.session.transcoder.TranscoderContext;
import org.keepsake.node.session.transcoder.TranscoderFactory;

/**
 * {@code kryo}: Kryo 5, compact and fast. Kryo writes classes, references and values; Keepsake takes objects, arrays and
 * collections apart, because Kryo's own serializers for them allocate what a length in the bytes says, lose the fields of
 * subclasses of collections, and read a changed class as nonsense.
 */
public final class KryoFactory implements TranscoderFactory {

    @Override
    public String name() {
        return "kryo";
    }

    @Override
    public Transcoder create(TranscoderContext context) {
        return new KryoTranscoder(context);
    }
}
