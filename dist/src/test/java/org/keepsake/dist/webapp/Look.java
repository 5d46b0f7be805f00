package org.keepsake.dist.webapp;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/** What a session holds, as text: one {@code key=value} a line, attributes with {@code @} before their names. */
final class Look {

    private static final int SHOWN = 200;

    private Look() {}

    static String at(HttpServletRequest request) {
        StringBuilder text = new StringBuilder();
        line(text, "node", request.getServletContext().getAttribute("org.keepsake.node.name"));
        line(text, "user", request.getRemoteUser());
        HttpSession session = request.getSession(false);
        if (session != null) {
            show(text, session);
        }
        return text.toString();
    }

    private static void show(StringBuilder text, HttpSession session) {
        line(text, "session", session.getId());
        line(text, "new", session.isNew());
        line(text, "created", session.getCreationTime());
        line(text, "accessed", session.getLastAccessedTime());
        line(text, "maxInactive", session.getMaxInactiveInterval());
        for (String name : Collections.list(session.getAttributeNames())) {
            line(text, "@" + name, session.getAttribute(name));
        }
    }

    private static void line(StringBuilder text, String key, @Nullable Object value) {
        if (value != null) {
            String shown = value.toString();
            text.append(key)
                    .append('=')
                    .append(shown, 0, Math.min(shown.length(), SHOWN))
                    .append('\n');
        }
    }
}
