package org.keepsake.node.session.view;

import java.time.Duration;

/**
 * How the nodes decide about stores. Immutable.
 *
 * @param node this node's id, unique in the cluster, NAME-RANDOM; the smallest id leads
 * @param replaceAfter how long a store may be away before its sessions get their second copy elsewhere
 */
public record ViewSettings(String node, Duration replaceAfter) {

    /** A store that was away for less may just have been connected anew. */
    static final Duration BLIP = Duration.ofMillis(250);

    /** How long a node that just started waits for stores it never reached before it goes on without them. */
    static final Duration FIRST_CONTACT = Duration.ofSeconds(1);

    /** For a question that is answered from memory. */
    static final Duration ASK = Duration.ofMillis(400);

    /** For a question that makes others ask a store first. */
    static final Duration ASK_REACH = Duration.ofMillis(900);

    public ViewSettings {
        if (!node.matches("[A-Za-z0-9_.-]{1,128}")) {
            throw new IllegalArgumentException("node id " + node + ": only 1 to 128 letters, digits, _ . and -");
        }
        if (replaceAfter.isNegative() || replaceAfter.isZero()) {
            throw new IllegalArgumentException("store replace after " + replaceAfter + ": must be longer than nothing");
        }
    }
}
