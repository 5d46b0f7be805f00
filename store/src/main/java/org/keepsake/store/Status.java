package org.keepsake.store;

import java.nio.charset.StandardCharsets;

/** How a command of the binary protocol ended (protocol_binary.h), in memcached's words. */
enum Status {
    SUCCESS(0x00, ""),
    NOT_FOUND(0x01, "Not found"),
    EXISTS(0x02, "Data exists for key."),
    TOO_LARGE(0x03, "Too large."),
    INVALID(0x04, "Invalid arguments"),
    NOT_STORED(0x05, "Not stored."),
    NON_NUMERIC(0x06, "Non-numeric server-side value for incr or decr"),
    AUTHENTICATION_ERROR(0x20, "Auth failure."),
    AUTHENTICATION_CONTINUES(0x21, ""),
    UNKNOWN_COMMAND(0x81, "Unknown command"),
    OUT_OF_MEMORY(0x82, "Out of memory"),
    NO_ROOM_FOR_ITEM(0x82, "Out of memory allocating item");

    final int code;
    private final String text;

    Status(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** What an answer says of it. */
    byte[] text() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
