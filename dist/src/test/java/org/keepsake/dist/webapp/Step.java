package org.keepsake.dist.webapp;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One thing an application does in a request.
 *
 * @param name what it does
 * @param target the attribute, the length or the time it does it with; may be empty
 * @param value what comes after a colon; may be empty
 */
record Step(String name, String target, String value) {

    private static final int LINE = 80;

    static List<Step> parse(@Nullable String query) {
        List<Step> steps = new ArrayList<>();
        for (String word : query == null ? new String[0] : query.split("&", -1)) {
            String[] pair = (word + "=").split("=", -1);
            String[] argument = (pair[1] + ":").split(":", -1);
            steps.add(new Step(pair[0], argument[0], argument[1]));
        }
        return steps;
    }

    void take(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
        switch (name) {
            case "redirect" -> response.sendRedirect("steps");
            case "close" -> response.getWriter().close();
            case "flush" -> flush(response.getWriter());
            case "sleep" -> sleep(target);
            case "hold" -> Hold.until(target);
            case "logout" -> request.logout();
            case "changeId" -> request.changeSessionId();
            case "invalidate" -> end(request.getSession(false));
            case "get" -> peek(request.getSession(false));
            default -> change(request.getSession());
        }
    }

    private void change(HttpSession session) {
        switch (name) {
            case "set" -> session.setAttribute(target, value);
            case "append" -> append(session);
            case "increment" -> increment(session);
            case "remove" -> session.removeAttribute(target);
            case "note" -> Events.note(session, "noted " + target);
            case "maxInactive" -> session.setMaxInactiveInterval(Integer.parseInt(target));
            case "fill" -> session.setAttribute(target, Filling.of(Integer.parseInt(value)));
            case "profile" -> session.setAttribute(target, new Profile(value));
            case "bound" -> session.setAttribute(target, new Bound(value));
            case "unserializable" -> session.setAttribute(target, new Unserializable());
            case "gadget" -> session.setAttribute(target, new javax.management.BadAttributeValueExpException(value));
            default -> throw new IllegalArgumentException("step " + name + ": is not known");
        }
    }

    /** In place; only the first time is there anything to set. */
    private void append(HttpSession session) {
        if (session.getAttribute(target) instanceof Words words) {
            words.add(value);
        } else {
            Words words = new Words();
            words.add(value);
            session.setAttribute(target, words);
        }
    }

    /** Read, modify, write; the value is how many milliseconds lie between. */
    private void increment(HttpSession session) {
        int before = session.getAttribute(target) instanceof Integer number ? number : 0;
        sleep(value);
        session.setAttribute(target, before + 1);
    }

    private void peek(@Nullable HttpSession session) {
        if (session != null) {
            Object unused = session.getAttribute(target);
        }
    }

    private static void end(@Nullable HttpSession session) {
        if (session != null) {
            session.invalidate();
        }
    }

    private void flush(Writer writer) throws IOException {
        String line = "x".repeat(LINE - 1) + "\n";
        for (int written = 0; written < Integer.parseInt(target); written += LINE) {
            writer.write(line);
        }
        writer.flush();
    }

    private static void sleep(String millis) {
        if (millis.isEmpty()) {
            return;
        }
        try {
            TimeUnit.MILLISECONDS.sleep(Long.parseLong(millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
