package org.keepsake.store;

import java.nio.charset.StandardCharsets;

/** The answers of one line (protocol.txt), worded as memcached 1.6 words them; the bytes are never to be changed. */
final class Reply {

    static final byte[] STORED = line("STORED");
    static final byte[] NOT_STORED = line("NOT_STORED");
    static final byte[] EXISTS = line("EXISTS");
    static final byte[] NOT_FOUND = line("NOT_FOUND");
    static final byte[] DELETED = line("DELETED");
    static final byte[] TOUCHED = line("TOUCHED");
    static final byte[] OK = line("OK");
    static final byte[] RESET = line("RESET");
    static final byte[] END = line("END");
    static final byte[] ERROR = line("ERROR");
    static final byte[] BAD_FORMAT = line("CLIENT_ERROR bad command line format");
    static final byte[] BAD_DATA_CHUNK = line("CLIENT_ERROR bad data chunk");
    static final byte[] BAD_DELETE = line("CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]");
    static final byte[] BAD_EXPTIME = line("CLIENT_ERROR invalid exptime argument");
    static final byte[] BAD_DELTA = line("CLIENT_ERROR invalid numeric delta argument");
    static final byte[] NON_NUMERIC = line("CLIENT_ERROR cannot increment or decrement non-numeric value");
    static final byte[] TOO_LARGE = line("SERVER_ERROR object too large for cache");
    static final byte[] OUT_OF_MEMORY = line("SERVER_ERROR out of memory storing object");
    static final byte[] SHUTDOWN_NOT_ENABLED = line("ERROR: shutdown not enabled");
    static final byte[] CRAWLER_DISABLED = line("CLIENT_ERROR lru crawler disabled");
    static final byte[] CRAWLER_ENABLED = line("ERROR failed to start lru crawler thread");
    static final byte[] CRAWLER_FAILED = line("ERROR an unknown error happened");
    static final byte[] BAD_CLASS = line("BADCLASS invalid class id");
    static final byte[] NO_CLASS = line("NOTSTARTED no items to crawl");
    static final byte[] BAD_SLEEP = line("CLIENT_ERROR sleep must be one second or less");
    static final byte[] TOO_MANY_CONNECTIONS = line("ERROR Too many open connections");

    private Reply() {}

    static byte[] of(StoreResult result) {
        return switch (result) {
            case STORED -> STORED;
            case NOT_STORED -> NOT_STORED;
            case EXISTS -> EXISTS;
            case NOT_FOUND -> NOT_FOUND;
        };
    }

    static byte[] of(DeleteResult result) {
        return switch (result) {
            case DELETED -> DELETED;
            case NOT_FOUND -> NOT_FOUND;
            case EXISTS -> EXISTS;
        };
    }

    static byte[] line(String text) {
        return (text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }
}
