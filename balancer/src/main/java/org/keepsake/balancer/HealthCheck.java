package org.keepsake.balancer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.rotation.Upstream;
import org.keepsake.balancer.upstream.Connector;
import org.keepsake.balancer.upstream.ResponseHead;
import org.keepsake.balancer.upstream.ResponseParser;
import org.keepsake.balancer.upstream.UpstreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

/** One question whether an upstream is well, over a connection of its own. Belongs to one I/O thread. */
final class HealthCheck {

    /** Enough for a head; the body is of no interest. */
    private static final int BUFFER = 4096;

    private final Consumer<@Nullable String> told;
    private final ByteBuffer out;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER);
    private final ResponseParser parser = new ResponseParser();
    private @Nullable Connector connector;
    private @Nullable UpstreamConnection connection;
    private XnioExecutor.@Nullable Key timeout;
    private boolean over;

    private HealthCheck(byte[] request, Consumer<@Nullable String> told) {
        this.told = told;
        this.out = ByteBuffer.wrap(request);
    }

    /** Tells once, later and on the thread, why the upstream is not well; null when it is. */
    static void start(
            XnioIoThread thread, Upstream upstream, HealthSettings settings, Consumer<@Nullable String> told) {
        HealthCheck check = new HealthCheck(request(upstream, settings), told);
        check.timeout = thread.executeAfter(
                () -> check.end("no answer in " + settings.timeout().toMillis() + " ms"),
                settings.timeout().toMillis(),
                TimeUnit.MILLISECONDS);
        check.connector = Connector.open(
                thread, upstream.address(), check::connected, why -> check.end(String.valueOf(why.getMessage())));
    }

    private static byte[] request(Upstream upstream, HealthSettings settings) {
        String host = upstream.address().getHostString();
        String text = "GET " + settings.uri() + " HTTP/1.1\r\nHost: " + (host.contains(":") ? "[" + host + "]" : host)
                + "\r\nUser-Agent: Keepsake-health-check\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void connected(UpstreamConnection opened) {
        connector = null;
        connection = opened;
        opened.listen(() -> step(this::read), () -> step(this::write));
        opened.resumeReads();
        step(this::write);
    }

    private interface Step {
        void go() throws IOException;
    }

    private void step(Step step) {
        if (over) {
            return;
        }
        try {
            step.go();
        } catch (IOException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    private UpstreamConnection connection() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    private void write() throws IOException {
        while (out.hasRemaining()) {
            if (connection().write(out) == 0) {
                connection().resumeWrites();
                return;
            }
        }
        connection().suspendWrites();
    }

    private void read() throws IOException {
        int read;
        while ((read = connection().read(in.clear())) > 0) {
            in.flip();
            ResponseHead head;
            while ((head = parser.parse(in)) != null) {
                if (!head.informational()) {
                    boolean well = head.status() >= 200 && head.status() < 400;
                    end(well ? null : "status " + head.status());
                    return;
                }
            }
        }
        if (read < 0) {
            throw new IOException("connection closed before the response");
        }
    }

    private void end(@Nullable String why) {
        if (over) {
            return;
        }
        over = true;
        if (timeout != null) {
            timeout.remove();
        }
        if (connector != null) {
            connector.cancel();
        }
        if (connection != null) {
            connection.close();
        }
        told.accept(why);
    }
}
