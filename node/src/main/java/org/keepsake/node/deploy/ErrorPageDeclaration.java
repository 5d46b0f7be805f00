package org.keepsake.node.deploy;

import java.util.Optional;

/** The page for one status or one exception, or, with neither, for every error that has no page of its own. */
record ErrorPageDeclaration(String location, Optional<Integer> status, Optional<String> exception) {

    boolean sameCause(ErrorPageDeclaration other) {
        return status.equals(other.status) && exception.equals(other.exception);
    }
}
