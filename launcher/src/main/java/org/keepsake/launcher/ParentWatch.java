package org.keepsake.launcher;

import java.io.IOException;

/** Ends this process when the one that started it is gone, however it went: then standard input ends. */
final class ParentWatch {

    private static final System.Logger LOG = System.getLogger(ParentWatch.class.getName());

    private ParentWatch() {}

    static void start() {
        Thread thread = new Thread(ParentWatch::watch, "keepsake-parent-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private static void watch() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever said; only the end matters.
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "standard input broke, which is an end too", e);
        }
        System.exit(0);
    }
}
