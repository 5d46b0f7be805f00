package org.keepsake.node.deploy;

import io.undertow.Undertow;
import io.undertow.server.handlers.PathHandler;
import java.io.IOException;
import java.net.CookieManager;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.keepsake.node.users.Users;

/** One application that was deployed by a test and is asked over HTTP. */
final class Running implements AutoCloseable {

    private final Application application;
    private final Undertow server;
    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

    private Running(Application application) {
        this.application = application;
        this.server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setHandler(new PathHandler().addPrefixPath(application.context(), application.handler()))
                .build();
        server.start();
    }

    static Running at(String context, War war, Path folder) throws IOException {
        return at(context, war.write(folder.resolve("app.war")), folder);
    }

    static Running at(String context, Path war, Path folder) throws IOException {
        return new Running(deployer(folder).deploy(war, Optional.of(context)));
    }

    /** With users who may log in. */
    static Running at(String context, War war, Path folder, Users users) throws IOException {
        Path file = war.write(folder.resolve("app.war"));
        return new Running(deployer(folder, users).deploy(file, Optional.of(context)));
    }

    static Deployer deployer(Path folder) {
        return deployer(folder, Users.none());
    }

    private static Deployer deployer(Path folder, Users users) {
        return new Deployer(
                folder.resolve("work"),
                Duration.ofMinutes(30),
                Map.of("org.keepsake.node.name", "A"),
                users,
                (info, distributable, own) -> {});
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send(request(path, headers).GET().build());
    }

    String body(String path) throws Exception {
        return get(path).body();
    }

    HttpRequest.Builder request(String path, String... headers) {
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
                .timeout(Duration.ofSeconds(60));
        return headers.length == 0 ? request : request.headers(headers);
    }

    HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    int port() {
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    @Override
    public void close() {
        application.close();
        server.stop();
    }
}
