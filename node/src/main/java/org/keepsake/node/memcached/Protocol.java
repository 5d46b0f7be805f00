package org.keepsake.node.memcached;

import java.util.Locale;

/** The two languages of memcached. */
public enum Protocol {
    /** protocol.txt. Every memcached and every proxy speaks it. */
    TEXT,
    /** protocol_binary.xml. It tells the CAS id of what was stored, and has SASL. */
    BINARY;

    Protocol other() {
        return this == TEXT ? BINARY : TEXT;
    }

    /** As options name it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    Commands commands() {
        return this == TEXT ? new TextProtocol() : new BinaryProtocol();
    }

    Probe probe() {
        return this == TEXT ? new TextProbe() : new BinaryProbe();
    }
}
