package org.keepsake.dist;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A user on a WebSocket of the rig's application, which answers every message. Not thread-safe. */
record Talker(WebSocket socket, BlockingQueue<String> heard) implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    static Talker open(InetSocketAddress node, String cookies) {
        BlockingQueue<String> heard = new ArrayBlockingQueue<>(10);
        URI uri = URI.create("ws://" + node.getHostString() + ":" + node.getPort() + Guest.APPLICATION + "/talk");
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Cookie", cookies)
                .connectTimeout(PATIENCE)
                .buildAsync(uri, new Listener(heard))
                .join();
        return new Talker(socket, heard);
    }

    /** Returns the answer, null if there is none. */
    @Nullable
    String say(String text) throws InterruptedException {
        socket.sendText(text, true).join();
        return heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        socket.abort();
    }

    private record Listener(BlockingQueue<String> heard) implements WebSocket.Listener {

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            heard.add(text.toString());
            socket.request(1);
            return null;
        }
    }
}
