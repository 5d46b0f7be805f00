package org.keepsake.webapp;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;

/**
 * {@code GET /counter} adds one to a number in the session and says what it is now; with {@code ?peek} it only says. For
 * programs: plain text, one {@code key=value} a line.
 */
@WebServlet("/counter")
public final class CounterServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final String ATTRIBUTE = "counter";

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpSession session = request.getSession();
        int counter = session.getAttribute(ATTRIBUTE) instanceof Integer before ? before : 0;
        if (request.getParameter("peek") == null) {
            counter++;
            session.setAttribute(ATTRIBUTE, counter);
        }
        response.setContentType("text/plain");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.getWriter()
                .print("node=" + ServingNode.name(request, session) + "\nsession=" + session.getId() + "\nhome="
                        + ServingNode.homeStore(session.getId()) + "\ncreated=" + session.getCreationTime()
                        + "\ncounter=" + counter + "\n");
    }
}
