package org.keepsake.balancer;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.util.function.BooleanSupplier;
import org.keepsake.balancer.rotation.AdminState;
import org.keepsake.balancer.rotation.Rotation;

/** Tells whoever tracks the balancer, on the port of its clients, whether to send any; HAProxy's {@code monitor-uri}. */
final class Monitor {
    private final String path;
    private final Rotation rotation;
    private final BooleanSupplier stopping;

    Monitor(String path, Rotation rotation, BooleanSupplier stopping) {
        this.path = path;
        this.rotation = rotation;
        this.stopping = stopping;
    }

    boolean isAsked(HttpServerExchange exchange) {
        return exchange.getRequestURI().equals(path);
    }

    /** 200, or 503 when no upstream can take a request. */
    RequestCheck.Refusal answer() {
        if (stopping.getAsBoolean()) {
            return new RequestCheck.Refusal(StatusCodes.SERVICE_UNAVAILABLE, "The balancer is stopping.", true);
        }
        boolean able = rotation.status().stream().anyMatch(each -> each.up() && each.state() == AdminState.READY);
        return able
                ? new RequestCheck.Refusal(StatusCodes.OK, "The balancer is ready.", false)
                : new RequestCheck.Refusal(StatusCodes.SERVICE_UNAVAILABLE, "No server is available.", false);
    }
}
