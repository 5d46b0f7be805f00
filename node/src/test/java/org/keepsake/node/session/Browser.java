package org.keepsake.node.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One user's browser with one session cookie, which it sends to every node. */
final class Browser {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private volatile String cookie = "";

    String cookie() {
        return cookie;
    }

    void cookie(String value) {
        cookie = value;
    }

    /** The session id without the route. */
    String id() {
        return cookie.replaceAll("\\..*", "");
    }

    HttpResponse<String> get(URI uri) {
        return send("GET", uri);
    }

    HttpResponse<String> post(URI uri) {
        return send("POST", uri);
    }

    /** Posts a form. */
    HttpResponse<String> form(URI uri, String fields, String... headers) {
        HttpRequest.Builder request = builder(uri)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(fields));
        return send(
                headers.length == 0 ? request.build() : request.headers(headers).build());
    }

    private HttpResponse<String> send(String method, URI uri) {
        return send(request(method, uri));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return keep(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    CompletableFuture<HttpResponse<String>> start(URI uri) {
        return CLIENT.sendAsync(request("GET", uri), HttpResponse.BodyHandlers.ofString())
                .thenApply(this::keep);
    }

    private HttpRequest request(String method, URI uri) {
        return builder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build();
    }

    private HttpRequest.Builder builder(URI uri) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
        return cookie.isEmpty() ? request : request.header("Cookie", "JSESSIONID=" + cookie);
    }

    private HttpResponse<String> keep(HttpResponse<String> response) {
        for (String line : sessionCookies(response)) {
            String value = line.substring("JSESSIONID=".length()).split(";", 2)[0];
            cookie = line.contains("Max-Age=0") ? "" : value;
        }
        return response;
    }

    static List<String> sessionCookies(HttpResponse<String> response) {
        return new ArrayList<>(response.headers().allValues("Set-Cookie"))
                .stream().filter(line -> line.startsWith("JSESSIONID=")).toList();
    }
}
