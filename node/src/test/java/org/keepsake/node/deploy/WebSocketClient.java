package org.keepsake.node.deploy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A browser's end of one WebSocket; what arrives waits in a queue, the end of it as {@code closed}. */
public final class WebSocketClient implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    private WebSocketClient(URI uri, String cookie) {
        WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
        if (!cookie.isEmpty()) {
            builder.header("Cookie", cookie);
        }
        socket = builder.buildAsync(uri, new Queueing(arrived)).join();
    }

    /** Connects with this Cookie header, or without one if it is empty. */
    public static WebSocketClient connect(int port, String path, String cookie) {
        return new WebSocketClient(URI.create("ws://127.0.0.1:" + port + path), cookie);
    }

    /** Sends a text and waits for what comes next. */
    public String ask(String text) throws InterruptedException {
        socket.sendText(text, true).join();
        return next();
    }

    public String next() throws InterruptedException {
        return String.valueOf(arrived.poll(30, TimeUnit.SECONDS));
    }

    @Override
    public void close() {
        socket.abort();
    }

    private record Queueing(BlockingQueue<String> arrived) implements WebSocket.Listener {

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            arrived.add(data.toString());
            return WebSocket.Listener.super.onText(socket, data, last);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            arrived.add("closed");
            return WebSocket.Listener.super.onClose(socket, code, reason);
        }
    }
}
