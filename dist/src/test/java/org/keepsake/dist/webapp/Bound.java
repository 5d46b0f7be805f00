package org.keepsake.dist.webapp;

import jakarta.servlet.http.HttpSessionActivationListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import jakarta.servlet.http.HttpSessionEvent;
import java.io.Serializable;

/** A value that notes where it is bound and unbound, sent off and taken in. */
final class Bound implements HttpSessionBindingListener, HttpSessionActivationListener, Serializable {

    private static final long serialVersionUID = 1L;

    private final String name;

    Bound(String name) {
        this.name = name;
    }

    @Override
    public void valueBound(HttpSessionBindingEvent event) {
        Events.note(event.getSession(), "bound " + name);
    }

    @Override
    public void valueUnbound(HttpSessionBindingEvent event) {
        Events.note(event.getSession(), "unbound " + name);
    }

    @Override
    public void sessionWillPassivate(HttpSessionEvent event) {
        Events.note(event.getSession(), "passivated " + name);
    }

    @Override
    public void sessionDidActivate(HttpSessionEvent event) {
        Events.note(event.getSession(), "activated " + name);
    }

    @Override
    public String toString() {
        return name;
    }
}
