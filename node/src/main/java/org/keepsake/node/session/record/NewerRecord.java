package org.keepsake.node.session.record;

/**
 * A session record that this node cannot read though it may be sound: a newer version of this product wrote it, or it is
 * encrypted with a key that is not known here. It is neither to be served, nor to be replaced by anything that is read
 * here. The message says what it is.
 */
public final class NewerRecord extends Exception {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    NewerRecord(String message) {
        this(message, "upgrade this node to serve it");
    }

    /**
     * @param message what the record is
     * @param remedy what the operator can do about it
     */
    public NewerRecord(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    /** What the operator can do about it. */
    public String remedy() {
        return remedy;
    }
}
