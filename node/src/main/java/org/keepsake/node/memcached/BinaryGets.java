package org.keepsake.node.memcached;

import java.util.ArrayList;
import java.util.List;
import org.keepsake.node.store.Reply;

/**
 * Reads one key or more: GETQ, which is silent about a key that is not there, and GET for the last one, which is always
 * answered and ends it. The answers come in the order of the keys.
 */
final class BinaryGets extends BinaryOperation {

    private final int opaque;
    private final int count;
    private final long epoch;
    private final Answer<List<Reply>> answer;

    /** For the first keys; those that were passed in silence are absent. */
    private final List<Reply> replies;

    /** @param opaque of the first key; each of the others has the next one */
    BinaryGets(byte[] request, int opaque, int count, Epoch epoch, Pending<?> pending, Answer<List<Reply>> answer) {
        super(request, epoch, pending);
        this.opaque = opaque;
        this.count = count;
        this.epoch = epoch.number();
        this.answer = answer;
        this.replies = new ArrayList<>(count);
    }

    @Override
    boolean expects(Packet packet) {
        int index = packet.opaque() - opaque;
        return index >= replies.size()
                && index < count
                && packet.opcode() == (index == count - 1 ? Packet.GET : Packet.GETQ);
    }

    @Override
    void readPacket(Packet packet, byte[] value) {
        int index = packet.opaque() - opaque;
        while (replies.size() < index) {
            replies.add(new Reply.Absent(epoch));
        }
        replies.add(reply(packet, value));
        if (replies.size() == count) {
            over();
            answer.is(replies);
        }
    }

    private Reply reply(Packet packet, byte[] value) {
        return switch (packet.status()) {
            case Packet.OK -> new Reply.Found(value, packet.cas(), epoch);
            case Packet.NOT_FOUND -> new Reply.Absent(epoch);
            default -> new Reply.Unknown("status " + packet.status());
        };
    }
}
