package org.keepsake.launcher;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.keepsake.launcher.options.SessionOptions;
import org.keepsake.launcher.options.UsageError;
import org.keepsake.node.session.settings.SessionManagerKind;

/** {@code --session-directory}: where sessions that are in the heap of a node alone wait while it restarts. */
final class SessionDirectory {

    private static final Path NONE = Path.of("none");

    private SessionDirectory() {}

    /**
     * The directory that the user named, or else the one that the XDG Base Directory Specification has for what is to
     * outlive a restart; empty if no session is to be saved, or none stays on the node.
     *
     * @param environment the variables of this process
     * @param home the home folder of the user
     */
    static Optional<Path> of(SessionOptions options, Map<String, String> environment, String home) {
        Optional<Path> named = Optional.ofNullable(options.directory);
        if (options.manager != SessionManagerKind.STANDARD && !options.requireDistributable) {
            named.ifPresent(path -> {
                throw new UsageError(("--session-directory=%s says nothing without --session-manager=standard or"
                                + " --require-distributable: all sessions are in the stores")
                        .formatted(path));
            });
            return Optional.empty();
        }
        return Optional.of(named.orElseGet(() -> usual(environment, home))).filter(path -> !path.equals(NONE));
    }

    private static Path usual(Map<String, String> environment, String home) {
        return state(environment, home).resolve("keepsake").resolve("sessions");
    }

    /** The specification has it that a relative path is ignored. */
    private static Path state(Map<String, String> environment, String home) {
        return Optional.ofNullable(environment.get("XDG_STATE_HOME"))
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() -> Path.of(home, ".local", "state"));
    }
}
