package org.keepsake.node.session.transcoder.graph;

import java.io.IOException;

/** Elements as text. Thread-safe. */
interface TextForm {

    /** The text of a tree of elements. */
    byte[] write(Element root) throws IOException;

    /**
     * The elements that a text says.
     *
     * @throws IOException if the bytes are no such text
     */
    Element read(byte[] bytes) throws IOException;
}
