package org.keepsake.balancer.accesslog;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes lines of entries. Not thread-safe. */
final class Line {

    private static final String HEX = "0123456789ABCDEF";

    private final AccessLogSettings.Format format;
    private final DateTimeFormatter times;
    private final StringBuilder line = new StringBuilder(512);

    /** The text of the last time, and the second it stands for: most requests share it with others. */
    private String time = "";

    private long second = Long.MIN_VALUE;

    Line(AccessLogSettings.Format format, ZoneId zone) {
        this.format = format;
        this.times = (format == AccessLogSettings.Format.JSON
                        ? DateTimeFormatter.ISO_OFFSET_DATE_TIME
                        : DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH))
                .withZone(zone);
    }

    /** With its end, of ASCII alone. */
    String of(AccessEntry entry) {
        line.setLength(0);
        if (format == AccessLogSettings.Format.JSON) {
            json(entry);
        } else {
            combined(entry);
        }
        return line.append('\n').toString();
    }

    private String time(AccessEntry entry) {
        long now = Math.floorDiv(entry.endedAt(), 1000);
        if (now != second) {
            second = now;
            time = times.format(Instant.ofEpochSecond(now));
        }
        return time;
    }

    private static String seconds(long nanos) {
        long millis = (nanos + 500_000) / 1_000_000;
        return millis / 1000 + "." + Long.toString(1000 + millis % 1000).substring(1);
    }

    // ---- combined ----

    private void combined(AccessEntry entry) {
        plain(entry.client());
        line.append(" - ");
        plain(entry.user());
        line.append(" [").append(time(entry)).append("] ");
        line.append('"');
        escaped(entry.method());
        line.append(' ');
        escaped(entry.target());
        line.append(' ');
        escaped(entry.protocol());
        line.append("\" ")
                .append(entry.status())
                .append(' ')
                .append(entry.bytes())
                .append(' ');
        quoted(entry.referer());
        line.append(' ');
        quoted(entry.agent());
        line.append(' ');
        quoted(entry.upstreams().isEmpty() ? null : String.join(", ", entry.upstreams()));
        line.append(' ').append(entry.upstreams().isEmpty() ? "-" : seconds(entry.upstreamNanos()));
        line.append(' ').append(seconds(entry.nanos()));
        line.append(' ').append(entry.upstreams().size());
    }

    /** A field without quotes must not have a space in it. */
    private void plain(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            line.append('-');
            return;
        }
        int begin = line.length();
        escaped(text);
        for (int i = line.indexOf(" ", begin); i >= 0; i = line.indexOf(" ", i)) {
            line.replace(i, i + 1, "\\x20");
        }
    }

    private void quoted(@Nullable String text) {
        line.append('"');
        if (text == null || text.isEmpty()) {
            line.append('-');
        } else {
            escaped(text);
        }
        line.append('"');
    }

    /** As nginx: what could end the field or the line, and what is not ASCII, byte for byte as {@code \xHH}. */
    private void escaped(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                line.append("\\x").append(HEX.charAt((c >> 4) & 0xf)).append(HEX.charAt(c & 0xf));
            } else {
                line.append(c);
            }
        }
    }

    // ---- JSON ----

    private void json(AccessEntry entry) {
        line.append('{');
        field("time", time(entry));
        field("client", entry.client());
        field("user", entry.user());
        field("host", entry.host());
        field("method", entry.method());
        field("uri", entry.target());
        field("protocol", entry.protocol());
        number("status", Integer.toString(entry.status()));
        number("bytes", Long.toString(entry.bytes()));
        field("referer", entry.referer());
        field("agent", entry.agent());
        if (!entry.upstreams().isEmpty()) {
            field("upstream", entry.upstreams().get(entry.upstreams().size() - 1));
            number("upstream_time", seconds(entry.upstreamNanos()));
        }
        number("tries", Integer.toString(entry.upstreams().size()));
        number("request_time", seconds(entry.nanos()));
        line.setCharAt(line.length() - 1, '}');
    }

    /** Nothing for nothing. */
    private void field(String name, @Nullable String text) {
        if (text != null) {
            line.append('"').append(name).append("\":\"");
            string(text);
            line.append("\",");
        }
    }

    private void number(String name, String digits) {
        line.append('"').append(name).append("\":").append(digits).append(',');
    }

    private void string(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                line.append("\\u00").append(HEX.charAt((c >> 4) & 0xf)).append(HEX.charAt(c & 0xf));
            } else {
                line.append(c);
            }
        }
    }
}
