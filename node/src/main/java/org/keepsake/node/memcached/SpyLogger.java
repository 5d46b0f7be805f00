package org.keepsake.node.memcached;

import java.util.logging.Logger;
import net.spy.memcached.compat.log.AbstractLogger;
import net.spy.memcached.compat.log.Level;

/**
 * Where spymemcached logs to: java.util.logging. The client's own bridge makes a stack trace for every line, also for
 * those that nobody wants to see, several times in each operation. Made by the client, by name. Thread-safe.
 */
public final class SpyLogger extends AbstractLogger {

    private final Logger logger;

    /** @param name of the logger */
    public SpyLogger(String name) {
        super(name);
        logger = Logger.getLogger(name);
    }

    @Override
    public boolean isTraceEnabled() {
        return logger.isLoggable(java.util.logging.Level.FINEST);
    }

    @Override
    public boolean isDebugEnabled() {
        return logger.isLoggable(java.util.logging.Level.FINE);
    }

    @Override
    public boolean isInfoEnabled() {
        return logger.isLoggable(java.util.logging.Level.INFO);
    }

    @Override
    public void log(Level level, Object message, Throwable thrown) {
        java.util.logging.Level theirs = levelOf(level);
        if (logger.isLoggable(theirs)) {
            logger.log(theirs, String.valueOf(message), thrown);
        }
    }

    private static java.util.logging.Level levelOf(Level level) {
        return switch (level) {
            case TRACE -> java.util.logging.Level.FINEST;
            case DEBUG -> java.util.logging.Level.FINE;
            case INFO -> java.util.logging.Level.INFO;
            case WARN -> java.util.logging.Level.WARNING;
            case ERROR, FATAL -> java.util.logging.Level.SEVERE;
        };
    }
}
