package org.keepsake.node.session;

import java.util.Optional;
import java.util.Set;
import org.keepsake.node.session.time.Timing;

/**
 * What the session managers of all applications of a node share. Immutable.
 *
 * @param contact when this node could hear the others
 * @param away whether no store is there
 * @param takeovers how nodes tell each other which copies they trust
 * @param started the managers to be swept, to which each adds itself as long as it runs
 * @param shared whether sessions are kept outside of this process, and so have to be encoded
 * @param backups for what is saved after the response
 * @param remote what other nodes change, where each hears of it
 */
record NodeParts(
        Timing timing,
        ClusterContact contact,
        StoresAway away,
        Takeovers takeovers,
        Set<ReplicatedSessionManager> started,
        boolean shared,
        BackupQueue backups,
        Optional<RemoteChanges> remote) {}
