package org.keepsake.node.session.record;

/**
 * A session record that a newer version of this product wrote: not to be read here, and not to be replaced by anything
 * that is. The message names its version and the newest one read here.
 */
public final class NewerRecord extends Exception {

    private static final long serialVersionUID = 1L;

    NewerRecord(String message) {
        super(message);
    }
}
