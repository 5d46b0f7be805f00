package org.keepsake.balancer.upstream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;

/** An attempt to connect to an upstream. Made, told of and cancelled on one I/O thread. */
public final class Connector {
    private static final OptionMap OPTIONS = OptionMap.create(Options.TCP_NODELAY, true);

    private final Consumer<UpstreamConnection> connected;
    private final Consumer<IOException> failed;
    private @Nullable IoFuture<StreamConnection> future;

    /** Set once one of the two was told, or nobody is to be told any more. */
    private boolean over;

    private Connector(Consumer<UpstreamConnection> connected, Consumer<IOException> failed) {
        this.connected = connected;
        this.failed = failed;
    }

    /** Tells exactly one of the two, on the thread and never before it returns. */
    public static Connector open(
            XnioIoThread thread,
            InetSocketAddress address,
            Consumer<UpstreamConnection> connected,
            Consumer<IOException> failed) {
        Connector connector = new Connector(connected, failed);
        connector.start(thread, address);
        return connector;
    }

    private void start(XnioIoThread thread, InetSocketAddress address) {
        IoFuture<StreamConnection> opening = thread.openStreamConnection(address, this::opened, OPTIONS);
        future = opening;
        opening.addNotifier(
                new IoFuture.HandlingNotifier<StreamConnection, XnioIoThread>() {
                    @Override
                    public void handleFailed(IOException why, XnioIoThread io) {
                        io.execute(() -> failed(why));
                    }
                },
                thread);
    }

    /** Gives up; nobody is told. */
    public void cancel() {
        over = true;
        if (future != null) {
            future.cancel();
        }
    }

    private void opened(StreamConnection channel) {
        if (over) {
            IoUtils.safeClose(channel);
            return;
        }
        over = true;
        connected.accept(new UpstreamConnection(channel));
    }

    private void failed(IOException why) {
        if (!over) {
            over = true;
            failed.accept(why);
        }
    }
}
