package org.keepsake.dist.webapp;

import jakarta.servlet.annotation.WebListener;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Notes what becomes of sessions: a line each, {@code SESSION what}, in the file {@code events.NODE} of the temporary
 * folder, where a test finds it when the node is dead.
 */
@WebListener
public final class Events implements HttpSessionListener, HttpSessionIdListener {

    private static final Path FOLDER = Path.of(System.getProperty("java.io.tmpdir"));

    static void note(HttpSession session, String what) {
        note("events", session, what);
    }

    /** In the file of this name, with that of the node behind it. */
    static void note(String file, HttpSession session, String what) {
        Object node = session.getServletContext().getAttribute("org.keepsake.node.name");
        try {
            Files.writeString(
                    FOLDER.resolve(file + "." + node),
                    session.getId() + " " + what + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void sessionCreated(HttpSessionEvent event) {
        note(event.getSession(), "created");
    }

    @Override
    public void sessionDestroyed(HttpSessionEvent event) {
        note(event.getSession(), "destroyed");
    }

    @Override
    public void sessionIdChanged(HttpSessionEvent event, String oldId) {
        note(event.getSession(), "was " + oldId);
    }
}
