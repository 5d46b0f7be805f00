package org.keepsake.node.memcached;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CredentialsTest {

    @Test
    void refuseWhatTheTextProtocolCannotCarryWithoutRepeatingIt() {
        for (String wrong : List.of("", "two words", "line\r\nflush_all", "nul\0", "x".repeat(251))) {
            assertEquals(
                    "memcached password: 1 to 250 characters without blanks and control characters are allowed",
                    assertThrows(IllegalArgumentException.class, () -> new Credentials("app", wrong))
                            .getMessage());
        }
        assertEquals(
                "memcached user: 1 to 250 characters without blanks and control characters are allowed",
                assertThrows(IllegalArgumentException.class, () -> new Credentials("", "secret"))
                        .getMessage());
    }

    @Test
    void areNotToldByWhatHoldsThem() {
        ConnectionSettings settings =
                ConnectionSettings.defaults().with(Protocol.BINARY, Optional.of(new Credentials("app", "secret")));
        assertFalse(settings.toString().contains("secret"), settings.toString());
    }
}
