package org.keepsake.node.session.transcoder;

import java.io.Serializable;

/** Stands in a serialized object for another one that is encoded outside of it, see {@link TranscoderContext}. */
record OutsideObject(int number) implements Serializable {}
