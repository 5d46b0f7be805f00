package org.keepsake.store;

import java.util.Arrays;

/** The commands of the binary protocol (protocol_binary.h), each with its code and that of its quiet form. */
enum Opcode {
    GET(0x00, 0x09),
    SET(0x01, 0x11),
    ADD(0x02, 0x12),
    REPLACE(0x03, 0x13),
    DELETE(0x04, 0x14),
    INCREMENT(0x05, 0x15),
    DECREMENT(0x06, 0x16),
    QUIT(0x07, 0x17),
    FLUSH(0x08, 0x18),
    NOOP(0x0a),
    VERSION(0x0b),
    GETK(0x0c, 0x0d),
    APPEND(0x0e, 0x19),
    PREPEND(0x0f, 0x1a),
    STAT(0x10),
    VERBOSITY(0x1b),
    TOUCH(0x1c),
    GAT(0x1d, 0x1e),
    SASL_LIST_MECHS(0x20),
    SASL_AUTH(0x21),
    SASL_STEP(0x22),
    GATK(0x23, 0x24),
    /** Any other code. */
    UNKNOWN(-1);

    private static final Opcode[] BY_CODE = byCode();

    /** -1 where there is none. */
    private final int code;

    /** -1 where there is none. */
    private final int quietCode;

    Opcode(int code) {
        this(code, -1);
    }

    Opcode(int code, int quietCode) {
        this.code = code;
        this.quietCode = quietCode;
    }

    /** What the unsigned byte means. */
    static Opcode of(int code) {
        return BY_CODE[code];
    }

    private static Opcode[] byCode() {
        Opcode[] opcodes = new Opcode[0x100];
        Arrays.fill(opcodes, UNKNOWN);
        for (Opcode opcode : values()) {
            if (opcode != UNKNOWN) {
                opcodes[opcode.code] = opcode;
            }
            if (opcode.quietCode >= 0) {
                opcodes[opcode.quietCode] = opcode;
            }
        }
        return opcodes;
    }

    /** Whether the code is that of the form that answers only what the client cannot know. */
    boolean isQuiet(int asCode) {
        return asCode == quietCode;
    }

    /** Whether it may be used before the client has said who it is. */
    boolean open() {
        return switch (this) {
            case VERSION, SASL_LIST_MECHS, SASL_AUTH, SASL_STEP -> true;
            default -> false;
        };
    }
}
