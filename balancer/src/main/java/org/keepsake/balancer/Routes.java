package org.keepsake.balancer;

import io.undertow.util.HeaderMap;
import java.util.ArrayList;
import java.util.List;

/** Finds the routes that a request's session ids name. */
final class Routes {
    private static final String COOKIE = "JSESSIONID";
    private static final String PARAMETER = ";jsessionid=";

    private Routes() {}

    /** The routes of all session ids, those in cookies first; applications at nested paths send several. */
    static List<String> of(HeaderMap headers, String path) {
        List<String> ids = Cookies.values(headers, COOKIE);
        int parameter = path.indexOf(PARAMETER);
        if (ids.isEmpty() && parameter < 0) {
            return List.of();
        }
        List<String> routes = new ArrayList<>(2);
        ids.forEach(id -> addRoute(id, routes));
        while (parameter >= 0) {
            int begin = parameter + PARAMETER.length();
            addRoute(path.substring(begin, endOfParameter(path, begin)), routes);
            parameter = path.indexOf(PARAMETER, begin);
        }
        return routes;
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
