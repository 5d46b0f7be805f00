package org.keepsake.node.memcached;

/** The two languages of memcached. */
public enum Protocol {
    /** protocol.txt. Every memcached and every proxy speaks it. */
    TEXT,
    /** protocol_binary.xml. It tells the CAS id of what was stored, and has SASL. */
    BINARY;

    Commands commands() {
        return this == TEXT ? new TextProtocol() : new BinaryProtocol();
    }

    Probe probe() {
        return this == TEXT ? new TextProbe() : new BinaryProbe();
    }
}
