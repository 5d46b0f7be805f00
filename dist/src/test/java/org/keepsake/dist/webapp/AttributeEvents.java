package org.keepsake.dist.webapp;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Notes what becomes of attributes, in the file {@code attributes.NODE} of the temporary folder: {@code SESSION added x 1},
 * {@code replaced x 1 by 2}, {@code removed x 2}. Only where a descriptor names it.
 */
public final class AttributeEvents implements HttpSessionAttributeListener {

    private static final Path FOLDER = Path.of(System.getProperty("java.io.tmpdir"));

    private static synchronized void note(HttpSession session, String what) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (context != AttributeEvents.class.getClassLoader()) {
            throw new IllegalStateException("the context class loader is " + context);
        }
        Object node = session.getServletContext().getAttribute("org.keepsake.node.name");
        try {
            Files.writeString(
                    FOLDER.resolve("attributes." + node),
                    session.getId() + " " + what + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void attributeAdded(HttpSessionBindingEvent event) {
        note(event.getSession(), "added " + event.getName() + " " + event.getValue());
        if ("fail".equals(event.getName())) {
            throw new IllegalStateException("as a test wants it");
        }
    }

    @Override
    public void attributeReplaced(HttpSessionBindingEvent event) {
        Object now = event.getSession().getAttribute(event.getName());
        note(event.getSession(), "replaced " + event.getName() + " " + event.getValue() + " by " + now);
    }

    @Override
    public void attributeRemoved(HttpSessionBindingEvent event) {
        note(event.getSession(), "removed " + event.getName() + " " + event.getValue());
    }
}
