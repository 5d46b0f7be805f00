package org.keepsake.node.memcached;

/** A command that is answered with one packet, of which only the head counts: all but the reading ones. */
final class BinaryStatus extends BinaryOperation {

    private final byte opcode;
    private final int opaque;
    private final Answer<Packet> answer;

    BinaryStatus(byte[] request, byte opcode, int opaque, Epoch epoch, Pending<?> pending, Answer<Packet> answer) {
        super(request, epoch, pending);
        this.opcode = opcode;
        this.opaque = opaque;
        this.answer = answer;
    }

    @Override
    boolean expects(Packet packet) {
        return packet.opcode() == opcode && packet.opaque() == opaque;
    }

    @Override
    void readPacket(Packet packet, byte[] value) {
        over();
        answer.is(packet);
    }
}
