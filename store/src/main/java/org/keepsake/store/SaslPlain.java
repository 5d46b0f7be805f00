package org.keepsake.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** A client of the binary protocol that says who it is, by SASL PLAIN (RFC 4616). Used by one event loop. */
final class SaslPlain {

    static final byte[] MECHANISM = "PLAIN".getBytes(StandardCharsets.ISO_8859_1);

    private final Optional<Credentials> required;
    private boolean started;
    private boolean authenticated;

    SaslPlain(Optional<Credentials> required) {
        this.required = required;
        this.authenticated = required.isEmpty();
    }

    boolean required() {
        return required.isPresent();
    }

    boolean authenticated() {
        return authenticated;
    }

    /** The first message: it may leave the data to the next one. */
    Status start(byte[] mechanism, byte[] message) {
        authenticated = false;
        started = Arrays.equals(mechanism, MECHANISM);
        if (started && message.length == 0) {
            return Status.AUTHENTICATION_CONTINUES;
        }
        return started ? step(message) : Status.AUTHENTICATION_ERROR;
    }

    /** The message that was still to come. */
    Status step(byte[] message) {
        authenticated = started && isKnown(message);
        started = false;
        return authenticated ? Status.SUCCESS : Status.AUTHENTICATION_ERROR;
    }

    /** Whom the client acts for, nobody or itself; who it is; its password: with a NUL between. */
    private boolean isKnown(byte[] message) {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        String[] parts = text.split("\0", -1);
        return parts.length == 3
                && (parts[0].isEmpty() || parts[0].equals(parts[1]))
                && required.isPresent()
                && required.get().include(parts[1], parts[2]);
    }
}
