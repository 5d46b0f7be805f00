package org.keepsake.node.session.transcoder.graph;

import org.keepsake.node.session.transcoder.Transcoder;
import org.keepsake.node.session.transcoder.TranscoderContext;
import org.keepsake.node.session.transcoder.TranscoderFactory;

/**
 * {@code flexjson}: JSON. Behind the name stand Jackson's streaming parser and Keepsake's own way of taking objects apart,
 * because flexjson itself has had no release since 2014, writes getters instead of state, fails on cycles, doubles
 * shared objects and makes objects of whatever class the text names.
 */
public final class FlexjsonFactory implements TranscoderFactory {

    @Override
    public String name() {
        return "flexjson";
    }

    @Override
    public Transcoder create(TranscoderContext context) {
        return new GraphTranscoder(name(), new JsonForm(), context);
    }
}
