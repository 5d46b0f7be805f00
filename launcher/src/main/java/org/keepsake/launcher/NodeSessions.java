package org.keepsake.launcher;

import java.util.Optional;
import org.keepsake.launcher.options.NodeOptions;
import org.keepsake.node.session.SessionSettings;
import org.keepsake.node.session.settings.BackupSettings;
import org.keepsake.node.session.settings.LockSettings;
import org.keepsake.node.session.settings.RecordSettings;
import org.keepsake.node.session.settings.SessionManagerKind;
import org.keepsake.node.session.settings.StoreSettings;

/** Turns a node's options into the settings of its sessions. */
final class NodeSessions {

    private NodeSessions() {}

    /** @throws IllegalArgumentException with one sentence that names the setting, the value and the rule */
    static SessionSettings settings(String name, NodeOptions options) {
        return new SessionSettings(
                name,
                SessionManagerKind.MEMCACHED,
                false,
                options.sessionTimeout,
                Optional.ofNullable(options.requestUriIgnorePattern),
                false,
                true,
                LockSettings.defaults(),
                BackupSettings.defaults().withTimeout(options.backupTimeout),
                StoreSettings.defaults().withOperationTimeout(options.operationTimeout),
                RecordSettings.defaults());
    }
}
