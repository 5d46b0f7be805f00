package org.keepsake.dist.webapp;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;

/** {@code /count} adds one to a number in the session and touches nothing else there; {@code /count?peek} only reads it. */
@WebServlet("/count")
public final class CountServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final String ATTRIBUTE = "n";

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpSession session = request.getSession();
        int number = session.getAttribute(ATTRIBUTE) instanceof Integer before ? before : 0;
        if (request.getQueryString() == null) {
            number++;
            session.setAttribute(ATTRIBUTE, number);
        }
        response.setContentType("text/plain");
        response.setHeader("Cache-Control", "no-store");
        response.getWriter()
                .print("node=" + request.getServletContext().getAttribute("org.keepsake.node.name") + "\nsession="
                        + session.getId() + "\n@" + ATTRIBUTE + "=" + number + "\n");
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        doGet(request, response);
    }
}
