package org.keepsake.node.session.transcoder.graph;

import org.keepsake.node.session.transcoder.Transcoder;
import org.keepsake.node.session.transcoder.TranscoderContext;
import org.keepsake.node.session.transcoder.TranscoderFactory;

/**
 * {@code xstream}: XStream 1.4, XML with users' own converters. XStream writes XML, references and what those converters
 * take; Keepsake takes all other objects apart, because XStream's own converters reach into the JDK, which modules
 * forbid, and know no records. It is shut to every class that may not travel.
 */
public final class XstreamFactory implements TranscoderFactory {

    @Override
    public String name() {
        return "xstream";
    }

    @Override
    public Transcoder create(TranscoderContext context) {
        return new XstreamTranscoder(context);
    }
}
