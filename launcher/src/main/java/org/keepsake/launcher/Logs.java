package org.keepsake.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Sets up java.util.logging for the whole process: one line a record, the libraries quiet unless something is wrong. */
final class Logs {

    /** What libraries may say. What matters of the cluster is told by the cluster package, in our words. */
    private static final Map<String, Level> LIBRARIES = Map.of(
            "io.undertow", Level.WARNING,
            "org.xnio", Level.WARNING,
            "org.jboss", Level.WARNING,
            "net.spy", Level.SEVERE,
            "com.hazelcast", Level.OFF);

    /** Where Undertow reports what it did not foresee in bytes of clients. */
    private static final String OF_CLIENTS = "io.undertow.request.io";

    /** Loggers must be held, else they are collected together with their levels. */
    private static final List<Logger> HELD = new ArrayList<>();

    private Logs() {}

    /** The JDK's manager closes every log when the process begins to stop; this one lets the stop be logged too. */
    public static final class Manager extends LogManager {
        @Override
        public void reset() {
            // Called by the JDK's own shutdown hook, beside ours.
        }
    }

    /** To be called before anything is logged. */
    static void configure() {
        System.setProperty("java.util.logging.manager", Manager.class.getName());
        System.setProperty("org.jboss.logging.provider", "jdk");
        System.setProperty("hazelcast.logging.type", "jdk");
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler console = new ConsoleHandler();
        console.setFormatter(new LogLine());
        root.addHandler(console);
        root.setLevel(Level.INFO);
        LIBRARIES.forEach((name, level) -> {
            Logger logger = Logger.getLogger(name);
            logger.setLevel(level);
            HELD.add(logger);
        });
        Logger ofClients = Logger.getLogger(OF_CLIENTS);
        ofClients.setFilter(Logs::shorten);
        HELD.add(ofClients);
    }

    /** Clients must be able neither to fill the log with stack traces nor to write lines of their own into it. */
    static boolean shorten(LogRecord line) {
        Throwable thrown = line.getThrown();
        if (thrown != null) {
            line.setMessage(line.getMessage() + " (" + thrown.toString().replaceAll("\\p{Cntrl}", "?") + ")");
            line.setThrown(null);
        }
        return true;
    }
}
