package org.keepsake.dist;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** One user's cookies for one site, by name and path (RFC 6265), as much of it as the tests need. Thread-safe. */
final class CookieJar {

    private record Key(String name, String path) {}

    private final Map<Key, String> cookies = new ConcurrentHashMap<>();

    CookieJar copy() {
        CookieJar jar = new CookieJar();
        jar.cookies.putAll(cookies);
        return jar;
    }

    /** What to send with a request for this path, the longer paths first; empty when there is nothing. */
    String header(String path) {
        return cookies.entrySet().stream()
                .filter(cookie -> covers(cookie.getKey().path(), path))
                .sorted(Comparator.comparing(cookie -> -cookie.getKey().path().length()))
                .map(cookie -> cookie.getKey().name() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
    }

    void put(String name, String path, String value) {
        cookies.put(new Key(name, path), value);
    }

    void clear() {
        cookies.clear();
    }

    void remember(Answer answer) {
        answer.all("Set-Cookie").forEach(this::remember);
    }

    private void remember(String line) {
        List<String> parts = List.of(line.split(";", -1));
        String pair = parts.get(0);
        int equals = pair.indexOf('=');
        String path = attribute(parts, "path", "/");
        Key key = new Key(pair.substring(0, equals).strip(), path);
        if (attribute(parts, "max-age", "1").equals("0")) {
            cookies.remove(key);
        } else {
            cookies.put(key, pair.substring(equals + 1).strip());
        }
    }

    private static String attribute(List<String> parts, String name, String otherwise) {
        return parts.stream()
                .skip(1)
                .map(String::strip)
                .filter(part -> part.regionMatches(true, 0, name + "=", 0, name.length() + 1))
                .map(part -> part.substring(name.length() + 1))
                .findFirst()
                .orElse(otherwise);
    }

    /** RFC 6265, section 5.1.4. */
    private static boolean covers(String cookiePath, String requestPath) {
        String path = requestPath.split("[?]", 2)[0];
        return path.equals(cookiePath) || path.startsWith(cookiePath.endsWith("/") ? cookiePath : cookiePath + "/");
    }
}
