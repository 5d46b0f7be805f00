package org.keepsake.balancer.upstream;

import java.nio.ByteBuffer;

/** A body of a length known beforehand; also no body at all. */
final class FixedBody extends MessageBody {
    private long remaining;

    FixedBody(long length) {
        remaining = length;
    }

    @Override
    public ByteBuffer next(ByteBuffer in) {
        ByteBuffer payload = take(in, remaining);
        remaining -= payload.remaining();
        return payload;
    }

    @Override
    public boolean complete() {
        return remaining == 0;
    }

    @Override
    public boolean mayEnd() {
        return complete();
    }
}
