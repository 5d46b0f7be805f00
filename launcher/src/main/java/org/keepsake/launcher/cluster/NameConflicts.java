package org.keepsake.launcher.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out that a name of this process is an older member's. A conflict counts only when it lasts: the older one may
 * be this very service, killed a moment ago and not yet missed. Not thread-safe.
 */
final class NameConflicts {

    private final Duration patience;
    private @Nullable Long since;

    NameConflicts(Duration patience) {
        this.patience = patience;
    }

    /** A sentence for the user when the conflict has lasted long enough. */
    Optional<String> between(List<Service> own, List<Service> older) {
        for (Service mine : own) {
            for (Service theirs : older) {
                if (mine.sameNameAs(theirs)) {
                    return lasting() ? Optional.of(sentence(mine, theirs)) : Optional.empty();
                }
            }
        }
        since = null;
        return Optional.empty();
    }

    private boolean lasting() {
        long now = System.nanoTime();
        if (since == null) {
            since = now;
        }
        return now - since >= patience.toNanos();
    }

    private static String sentence(Service mine, Service theirs) {
        return "%s name \"%s\" belongs to the one at %s; this one, on port %d, needs another: --%s-name"
                .formatted(
                        mine.role().word(),
                        mine.name(),
                        theirs.address(),
                        mine.port(),
                        mine.role().word());
    }
}
