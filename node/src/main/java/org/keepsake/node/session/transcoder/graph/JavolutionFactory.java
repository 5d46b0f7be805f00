package org.keepsake.node.session.transcoder.graph;

import org.keepsake.node.session.transcoder.Transcoder;
import org.keepsake.node.session.transcoder.TranscoderContext;
import org.keepsake.node.session.transcoder.TranscoderFactory;

/**
 * {@code javolution}: XML. Behind the name stand the JDK's streaming parser and Keepsake's own way of taking objects apart,
 * because Javolution's XML has had no release since 2012, does not work with the module system, and makes objects of
 * whatever class the text names.
 */
public final class JavolutionFactory implements TranscoderFactory {

    @Override
    public String name() {
        return "javolution";
    }

    @Override
    public Transcoder create(TranscoderContext context) {
        return new GraphTranscoder(name(), new XmlForm(), context);
    }
}
