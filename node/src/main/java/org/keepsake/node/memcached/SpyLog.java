package org.keepsake.node.memcached;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Sends spymemcached's log to java.util.logging instead of {@code System.err}, and keeps it to what is severe: that a
 * store is up or down is said once, by the connection. A level or logger that was chosen before is left alone.
 */
final class SpyLog {

    private static final String PROPERTY = "net.spy.log.LoggerImpl";

    /**
     * The client names its loggers after the class of the object, so ours that extends one of its own is there too. Held
     * here, because java.util.logging forgets the level of a logger that nobody holds.
     */
    private static final List<Logger> LOGGERS =
            List.of(Logger.getLogger("net.spy"), Logger.getLogger(SpyConnection.class.getName()));

    static {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, SpyLogger.class.getName());
        }
        for (Logger logger : LOGGERS) {
            if (logger.getLevel() == null) {
                logger.setLevel(Level.SEVERE);
            }
        }
    }

    private SpyLog() {}

    /** Takes effect when this class is loaded, which must be before the first client is made. */
    static void toJavaUtilLogging() {}
}
