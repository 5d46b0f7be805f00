package org.keepsake.node.session;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.keepsake.node.session.restart.SessionFile;

/** Where nodes keep sessions that any of them may serve, and what they hear of each other for that. Thread-safe. */
interface SharedStorage extends SessionStorage {

    /** Answers another node's question about what is kept where; "" if it is none of these. */
    String answer(String question);

    /** The number of the time for which all nodes have heard each other, 0 if they do not. */
    long contact();

    /** This process stood still, and must hear from the others first. */
    void lostContact();

    /** Says whether this node has something in its heap that no store has. */
    void keepsWhere(BooleanSupplier keeping);

    /** Whether another node may have something in its heap that no store has. */
    boolean mayBeKeptElsewhere();

    @Override
    default Optional<SessionFile> file(String context, String version) {
        return Optional.empty();
    }

    @Override
    default boolean isShared() {
        return true;
    }
}
