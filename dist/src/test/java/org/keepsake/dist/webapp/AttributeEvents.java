package org.keepsake.dist.webapp;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;

/**
 * Notes what becomes of attributes, in the file {@code attributes.NODE} of the temporary folder: {@code SESSION added x 1},
 * {@code replaced x 1 by 2}, {@code removed x 2}. Only where a descriptor names it.
 */
public final class AttributeEvents implements HttpSessionAttributeListener {

    private static synchronized void note(HttpSession session, String what) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (context != AttributeEvents.class.getClassLoader()) {
            throw new IllegalStateException("the context class loader is " + context);
        }
        Events.note("attributes", session, what);
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
