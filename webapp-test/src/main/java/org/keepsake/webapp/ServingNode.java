package org.keepsake.webapp;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;

/** Who serves a request, and where its session is at home. */
final class ServingNode {

    /** Where Keepsake tells its name; other containers show the route in the session id, or nothing. */
    private static final String NAME_ATTRIBUTE = "org.keepsake.node.name";

    private ServingNode() {}

    static String name(HttpServletRequest request, HttpSession session) {
        ServletContext context = request.getServletContext();
        if (context.getAttribute(NAME_ATTRIBUTE) instanceof String name) {
            return name;
        }
        String id = session.getId();
        int dot = id.lastIndexOf('.');
        return dot < 0 ? "port" + request.getLocalPort() : id.substring(dot + 1);
    }

    /** The store after the hyphen of a session id; empty when the container keeps sessions otherwise. */
    static String homeStore(String sessionId) {
        int hyphen = sessionId.lastIndexOf('-');
        if (hyphen < 0) {
            return "";
        }
        int dot = sessionId.indexOf('.', hyphen);
        return dot < 0 ? sessionId.substring(hyphen + 1) : sessionId.substring(hyphen + 1, dot);
    }
}
