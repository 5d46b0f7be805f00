package org.keepsake.launcher;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** {@code 2026-01-31 12:00:00.123 WARNING store m1: ...}, and the stack trace below when there is one. */
final class LogLine extends Formatter {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    @Override
    public String format(LogRecord line) {
        StringBuilder text = new StringBuilder(160);
        TIME.formatTo(line.getInstant(), text);
        text.append(' ').append(word(line.getLevel())).append(' ').append(formatMessage(line));
        text.append('\n');
        if (line.getThrown() != null) {
            text.append(stackTrace(line.getThrown()));
        }
        return text.toString();
    }

    private static String word(Level level) {
        return level.equals(Level.SEVERE) ? "ERROR" : level.getName();
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
