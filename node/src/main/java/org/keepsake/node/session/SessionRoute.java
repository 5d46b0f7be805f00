package org.keepsake.node.session;

/** Whose route stands behind the id that a client sent. */
enum SessionRoute {
    /** This node's: it was the last to give the client its cookie. */
    OWN,
    /** Another node's. */
    FOREIGN,
    /** Nobody's. */
    NONE,
    /** No client asks: the session is looked up by its id, and nothing of it will be served. */
    UNASKED
}
