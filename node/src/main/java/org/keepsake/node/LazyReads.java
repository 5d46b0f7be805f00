package org.keepsake.node;

import io.undertow.server.HttpHandler;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.xnio.StreamConnection;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.conduits.ReadReadyHandler;
import org.xnio.conduits.StreamSourceConduit;

/**
 * The reading side of a connection, whose reads are suspended only when something comes meanwhile. Thread-safe.
 *
 * <p>Undertow suspends reads while a request is answered, and whoever has answered it resumes them. Mostly nothing comes
 * in between, so the I/O thread need not be told of either: two system calls and a wake-up less for each request.
 */
final class LazyReads extends AbstractStreamSourceConduit<StreamSourceConduit> {

    private enum State {
        /** Reads are suspended, and the I/O thread knows. */
        SUSPENDED,
        /** Reads are suspended, and the I/O thread finds out when something comes. */
        IGNORED,
        RESUMED
    }

    /** Where resuming is put off on this thread, to be done when what it does now is complete. */
    private static final ThreadLocal<@Nullable Later> LATER = new ThreadLocal<>();

    private final AtomicReference<State> state = new AtomicReference<>(State.SUSPENDED);

    private LazyReads(StreamSourceConduit next) {
        super(next);
    }

    /** Has a connection that was just accepted read in this way. */
    static void of(StreamConnection accepted) {
        ConduitStreamSourceChannel source = accepted.getSourceChannel();
        LazyReads lazy = new LazyReads(source.getConduit());
        source.setConduit(lazy);
        lazy.setReadReadyHandler(new ReadReadyHandler.ChannelListenerHandler<>(source));
    }

    /** What is to be resumed; one connection at most, because a thread completes one exchange at a time. */
    private static final class Later {
        @Nullable
        StreamSourceConduit conduit;
    }

    /**
     * Has reads resumed when an exchange is complete, not while it is being completed: the I/O thread that is woken by it
     * would have to wait for the thread it may have taken the processor from. To be the outermost handler.
     */
    static HttpHandler resumedLast(HttpHandler next) {
        return exchange -> {
            exchange.addExchangeCompleteListener((complete, others) -> resumeLast(others::proceed));
            next.handleRequest(exchange);
        };
    }

    private static void resumeLast(Runnable completing) {
        Later later = new Later();
        LATER.set(later);
        try {
            completing.run();
        } finally {
            LATER.set(null);
            if (later.conduit != null) {
                later.conduit.resumeReads();
            }
        }
    }

    @Override
    public void resumeReads() {
        if (state.getAndSet(State.RESUMED) == State.SUSPENDED) {
            Later later = LATER.get();
            if (later == null) {
                next.resumeReads();
            } else {
                later.conduit = next;
            }
        }
    }

    @Override
    public void wakeupReads() {
        state.set(State.RESUMED);
        next.wakeupReads();
    }

    @Override
    public void suspendReads() {
        state.compareAndSet(State.RESUMED, State.IGNORED);
    }

    @Override
    public boolean isReadResumed() {
        return state.get() == State.RESUMED;
    }

    @Override
    public void setReadReadyHandler(ReadReadyHandler handler) {
        next.setReadReadyHandler(new ReadReadyHandler() {
            @Override
            public void readReady() {
                if (isReadResumed() || !trySuspend()) {
                    handler.readReady();
                }
            }

            @Override
            public void forceTermination() {
                handler.forceTermination();
            }

            @Override
            public void terminated() {
                handler.terminated();
            }
        });
    }

    /** Suspends reads in earnest; false if another thread resumed them meanwhile. Called by the I/O thread. */
    private boolean trySuspend() {
        next.suspendReads();
        if (state.compareAndSet(State.IGNORED, State.SUSPENDED) || state.get() == State.SUSPENDED) {
            return true;
        }
        // Who resumed them did not have to tell.
        next.resumeReads();
        return false;
    }
}
