package org.keepsake.node.session.settings;

import java.time.Duration;
import java.util.Optional;
import org.keepsake.node.store.PersistentSettings;

/**
 * How the node talks to its stores. Immutable; checked when it is made.
 *
 * @param operationTimeout how long one operation on one store may take; 1 ms to 1 minute
 * @param protocol the protocol of memcached
 * @param credentials what stores that ask for SASL are shown; only over {@link Protocol#BINARY}
 * @param replaceAfter how long a store may be away before its sessions get their second copy on another one; 1 s or
 *     more
 * @param persistent the directory or database that keeps the sessions in place of stores
 */
public record StoreSettings(
        Duration operationTimeout,
        Protocol protocol,
        Optional<Credentials> credentials,
        Duration replaceAfter,
        Optional<PersistentSettings> persistent) {

    /** The two protocols of memcached. */
    public enum Protocol {
        TEXT,
        BINARY
    }

    /** A user of the stores and the password, which no text of this record shows. */
    public record Credentials(String user, String password) {
        public Credentials {
            if (user.isEmpty() || user.length() > 256) {
                throw new IllegalArgumentException("memcached username: is not between 1 and 256 characters long");
            }
            if (password.isEmpty() || password.length() > 256) {
                throw new IllegalArgumentException("memcached password: is not between 1 and 256 characters long");
            }
        }

        @Override
        public String toString() {
            return user;
        }
    }

    private static final Duration LONGEST_OPERATION = Duration.ofMinutes(1);

    public StoreSettings {
        if (operationTimeout.compareTo(Duration.ofMillis(1)) < 0 || operationTimeout.compareTo(LONGEST_OPERATION) > 0) {
            throw new IllegalArgumentException(
                    "operation timeout " + operationTimeout.toMillis() + " ms: is not between 1 ms and 1 minute");
        }
        if (replaceAfter.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "store replace after " + replaceAfter.toMillis() + " ms: is shorter than 1 second");
        }
        if (credentials.isPresent() && protocol == Protocol.TEXT) {
            throw new IllegalArgumentException("memcached username "
                    + credentials.get().user() + ": the text protocol has no SASL, it takes the binary one");
        }
    }

    /** 300 ms for an operation, the binary protocol, nobody's name, another store after 30 seconds. */
    public static StoreSettings defaults() {
        return new StoreSettings(
                Duration.ofMillis(300), Protocol.BINARY, Optional.empty(), Duration.ofSeconds(30), Optional.empty());
    }

    /** These settings with another time for an operation. */
    public StoreSettings withOperationTimeout(Duration other) {
        return new StoreSettings(other, protocol, credentials, replaceAfter, persistent);
    }

    /** These settings with sessions kept in a directory or a database. */
    public StoreSettings withPersistent(PersistentSettings other) {
        return new StoreSettings(operationTimeout, protocol, credentials, replaceAfter, Optional.of(other));
    }
}
