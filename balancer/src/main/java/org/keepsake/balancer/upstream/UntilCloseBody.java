package org.keepsake.balancer.upstream;

import java.nio.ByteBuffer;

/** A body that ends where the connection ends. */
final class UntilCloseBody extends MessageBody {
    @Override
    public ByteBuffer next(ByteBuffer in) {
        return take(in, Long.MAX_VALUE);
    }

    @Override
    public boolean complete() {
        return false;
    }

    @Override
    public boolean mayEnd() {
        return true;
    }
}
