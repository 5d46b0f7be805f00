package org.keepsake.balancer.accesslog;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a line for each request goes.
 *
 * @param file appended to; empty for standard output
 * @param format of the lines
 * @param keep how many files of past days are kept beside it; 0 leaves rotation to others, as logrotate, whose renaming is
 *     noticed
 */
public record AccessLogSettings(Optional<Path> file, Format format, int keep) {

    private static final int MOST = 10_000;

    /** The forms of a line. */
    public enum Format {
        /** nginx's {@code combined}, with the upstreams, their time, the whole time and the tries behind it. */
        COMBINED,

        /** One JSON object a line. */
        JSON
    }

    public AccessLogSettings {
        if (keep < 0 || keep > MOST) {
            throw new IllegalArgumentException("access-log-keep " + keep + " is not between 0 and " + MOST);
        }
    }
}
