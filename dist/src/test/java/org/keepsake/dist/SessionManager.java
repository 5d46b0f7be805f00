package org.keepsake.dist;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The product's session managers, as a user chooses among them. */
enum SessionManager {
    STANDARD(Setup.OUR_STORES, Setup.OUR_STORES, "--session-manager=standard", "--session-directory=none"),
    MEMCACHED(Setup.OUR_STORES_STICKY, Setup.OUR_STORES),
    DELTA(Setup.DELTA_STICKY, Setup.DELTA),
    /** Whose responses do not wait for the other nodes. */
    DELTA_ASYNC(Setup.DELTA_STICKY, Setup.DELTA, "--replication=async"),
    BACKUP(Setup.BACKUP_STICKY, Setup.BACKUP),
    PERSISTENT(Setup.DIRECTORY_STICKY, Setup.DIRECTORY);

    private final Setup sticky;
    private final Setup notSticky;

    @SuppressWarnings("ImmutableEnumChecker") // nobody can change it
    private final List<String> options;

    SessionManager(Setup sticky, Setup notSticky, String... options) {
        this.sticky = sticky;
        this.notSticky = notSticky;
        this.options = List.of(options);
    }

    static SessionManager of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Whether a session of one node is known to the others. */
    boolean shares() {
        return this != STANDARD;
    }

    /** Opens as many nodes, whose sessions each stay on one of them or not. */
    Cluster open(Site site, int nodes, boolean stay) throws IOException, InterruptedException {
        return Cluster.open(site, stay ? sticky : notSticky, nodes, options, shares());
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
