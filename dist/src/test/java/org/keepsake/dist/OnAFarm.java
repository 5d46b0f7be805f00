package org.keepsake.dist;

import java.time.Duration;

/** Behaviours that are proved on a farm that is running, and left as it was found. */
interface OnAFarm {

    /** Longer than anything here takes on a busy machine. */
    Duration PATIENCE = Duration.ofSeconds(40);

    Setup setup();

    Farm farm();

    default Server a() {
        return farm().a();
    }

    default Server b() {
        return farm().b();
    }
}
