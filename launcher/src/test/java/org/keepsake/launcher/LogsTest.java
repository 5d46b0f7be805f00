package org.keepsake.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogsTest {
    @Test
    void whatAClientCausesIsOneLine() {
        LogRecord line = new LogRecord(Level.SEVERE, "UT005090: Unexpected failure");
        line.setThrown(new IllegalArgumentException("no newlines: x-a\r\nERROR all is lost"));
        assertTrue(Logs.shorten(line));
        assertNull(line.getThrown());
        assertEquals(
                "UT005090: Unexpected failure (java.lang.IllegalArgumentException: no newlines: x-a??ERROR all is lost)",
                line.getMessage());
    }
}
