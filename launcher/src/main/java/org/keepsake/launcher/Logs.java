package org.keepsake.launcher;

import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Sets up java.util.logging for the whole process: one line a record, the libraries quiet unless something is wrong. */
final class Logs {

    /** Loggers must be held, else they are collected with their levels. */
    private static final List<Logger> QUIET = List.of(
            quiet("io.undertow", Level.WARNING),
            quiet("org.xnio", Level.WARNING),
            quiet("org.jboss", Level.WARNING),
            quiet("net.spy", Level.SEVERE),
            // What matters of the cluster is told by the cluster package, in our words.
            quiet("com.hazelcast", Level.SEVERE));

    private Logs() {}

    static void configure() {
        System.setProperty("org.jboss.logging.provider", "jdk");
        System.setProperty("hazelcast.logging.type", "jdk");
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler console = new ConsoleHandler();
        console.setFormatter(new LogLine());
        root.addHandler(console);
        root.setLevel(QUIET.isEmpty() ? Level.ALL : Level.INFO);
    }

    private static Logger quiet(String name, Level level) {
        Logger logger = Logger.getLogger(name);
        logger.setLevel(level);
        return logger;
    }
}
