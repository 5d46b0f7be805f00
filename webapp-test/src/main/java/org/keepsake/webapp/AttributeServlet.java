package org.keepsake.webapp;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** {@code POST /attribute} with {@code value=…} puts a value into the session, then shows the page. */
@WebServlet("/attribute")
public final class AttributeServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final int MAX_LENGTH = 100;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        request.setCharacterEncoding("UTF-8");
        String value = request.getParameter("value");
        if (value == null || value.length() > MAX_LENGTH) {
            response.sendError(
                    HttpServletResponse.SC_BAD_REQUEST, "value: give one of at most " + MAX_LENGTH + " characters");
            return;
        }
        request.getSession().setAttribute(TestPage.ATTRIBUTE, value);
        TestPage.showAgain(request, response);
    }
}
