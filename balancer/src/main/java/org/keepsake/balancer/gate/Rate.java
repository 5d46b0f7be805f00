package org.keepsake.balancer.gate;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often one client may ask, as nginx's {@code limit_req} with {@code nodelay}.
 *
 * @param requests in the time
 * @param time a second, a minute or an hour
 * @param burst requests that may come at once
 */
public record Rate(int requests, Duration time, int burst) {

    private static final int MOST = 1_000_000;
    private static final Pattern FORM = Pattern.compile("([0-9]{1,7})/([smh])(,burst=([0-9]{1,7}))?");

    public Rate {
        between("rate", requests);
        between("burst", burst);
    }

    private static void between(String what, int value) {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException(what + " " + value + " is not between 1 and " + MOST);
        }
    }

    /**
     * Reads {@code 10/s}, {@code 600/m,burst=50} and so on. Without a burst, as many may come at once as in a second.
     *
     * @throws IllegalArgumentException with one sentence for the user
     */
    public static Rate parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no rate; write it like 10/s or 600/m,burst=50");
        }
        int requests = Integer.parseInt(form.group(1));
        Duration time = switch (form.group(2)) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            default -> Duration.ofHours(1);
        };
        String burst = form.group(4);
        return new Rate(
                requests,
                time,
                burst == null ? Math.max(1, (int) (requests / time.toSeconds())) : Integer.parseInt(burst));
    }

    /** From one request to the next at that rate. */
    long nanosEach() {
        return time.toNanos() / requests;
    }
}
