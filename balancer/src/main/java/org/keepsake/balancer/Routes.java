package org.keepsake.balancer;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.util.ArrayList;
import java.util.List;

/** Finds the routes that a request's session ids name. */
final class Routes {
    private static final String COOKIE = "JSESSIONID";
    private static final String PARAMETER = ";jsessionid=";

    private Routes() {}

    /** The routes of all session ids, those in cookies first; applications at nested paths send several. */
    static List<String> of(HeaderMap headers, String path) {
        HeaderValues cookies = headers.get(Headers.COOKIE);
        int parameter = path.indexOf(PARAMETER);
        if (cookies == null && parameter < 0) {
            return List.of();
        }
        List<String> routes = new ArrayList<>(2);
        if (cookies != null) {
            cookies.forEach(line -> addFromCookies(line, routes));
        }
        while (parameter >= 0) {
            int begin = parameter + PARAMETER.length();
            addRoute(path.substring(begin, endOfParameter(path, begin)), routes);
            parameter = path.indexOf(PARAMETER, begin);
        }
        return routes;
    }

    private static void addFromCookies(String line, List<String> routes) {
        int begin = 0;
        while (begin < line.length()) {
            int end = line.indexOf(';', begin);
            end = end < 0 ? line.length() : end;
            addFromCookie(line.substring(begin, end).trim(), routes);
            begin = end + 1;
        }
    }

    private static void addFromCookie(String cookie, List<String> routes) {
        int equals = cookie.indexOf('=');
        if (equals > 0 && cookie.substring(0, equals).trim().equals(COOKIE)) {
            String value = cookie.substring(equals + 1).trim();
            boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
            addRoute(quoted ? value.substring(1, value.length() - 1) : value, routes);
        }
    }

    private static int endOfParameter(String path, int begin) {
        int end = begin;
        while (end < path.length() && ";/?".indexOf(path.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static void addRoute(String sessionId, List<String> routes) {
        int dot = sessionId.lastIndexOf('.');
        if (dot >= 0 && dot < sessionId.length() - 1) {
            routes.add(sessionId.substring(dot + 1));
        }
    }
}
