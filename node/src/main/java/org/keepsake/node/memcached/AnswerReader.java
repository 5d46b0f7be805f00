package org.keepsake.node.memcached;

import java.io.IOException;
import java.nio.ByteBuffer;
import net.spy.memcached.protocol.BaseOperationImpl;

/**
 * What the client's I/O thread takes for the operation whose answer comes next, for as long as the connection lasts: it
 * looks which one that is only once bytes are there. The client looks before it reads, which is too early where other
 * threads write: what they ask may be answered in between.
 */
final class AnswerReader extends BaseOperationImpl {

    private final StoreNode server;

    AnswerReader(StoreNode server) {
        this.server = server;
    }

    @Override
    public void initialize() {}

    @Override
    public void readFromBuffer(ByteBuffer data) throws IOException {
        server.read(data);
    }

    /** The client keeps this for a kind of server that is not ours. */
    @Override
    public byte[] getErrorMsg() {
        return new byte[0];
    }
}
