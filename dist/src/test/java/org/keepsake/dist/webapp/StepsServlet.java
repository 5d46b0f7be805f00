package org.keepsake.dist.webapp;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code /steps?set=a:1&flush=1000&set=b:2} takes the steps of its query in their order, and then says what the session
 * holds unless the response is committed. What comes after {@code async} is done on another thread.
 */
@WebServlet(
        urlPatterns = {"/steps", "/in/steps"},
        asyncSupported = true)
public final class StepsServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        response.setContentType("text/plain");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Cache-Control", "no-store");
        take(Step.parse(request.getQueryString()), request, response);
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        doGet(request, response);
    }

    private static void take(List<Step> steps, HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        List<Step> left = new ArrayList<>(steps);
        while (!left.isEmpty()) {
            Step step = left.remove(0);
            if (step.name().equals("async")) {
                elsewhere(left, request, response);
                return;
            }
            step.take(request, response);
        }
        if (!response.isCommitted()) {
            response.getWriter().print(Look.at(request));
        }
    }

    private static void elsewhere(List<Step> steps, HttpServletRequest request, HttpServletResponse response) {
        AsyncContext context = request.startAsync();
        Thread thread = new Thread(
                () -> {
                    try {
                        take(steps, request, response);
                    } catch (IOException | ServletException e) {
                        request.getServletContext().log("the asynchronous steps failed", e);
                    } finally {
                        context.complete();
                    }
                },
                "asynchronous-steps");
        thread.setDaemon(true);
        thread.start();
    }
}
