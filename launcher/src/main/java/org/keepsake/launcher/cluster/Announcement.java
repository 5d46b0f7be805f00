package org.keepsake.launcher.cluster;

import java.util.List;

/**
 * What a member tells the others of itself, whole each time, so that a lost or reordered one does no lasting harm.
 *
 * <p>On the wire it is text, one line with the sequence and one of {@code ROLE NAME PORT STATE HOST} for each service
 * (HOST may be empty). Text, because a member accepts no serialized object from another.
 *
 * @param sequence grows with every announcement of one process; one that is not newer than the last heard is ignored
 * @param services all services of the member
 */
record Announcement(long sequence, List<Service> services) {

    private static final int LONGEST = 4096;

    Announcement {
        services = List.copyOf(services);
    }

    String encode() {
        StringBuilder text = new StringBuilder(128);
        text.append(sequence);
        for (Service service : services) {
            text.append('\n').append(service.role().word());
            text.append(' ').append(service.name());
            text.append(' ').append(service.port());
            text.append(' ').append(service.state());
            text.append(' ').append(service.host());
        }
        return text.toString();
    }

    /** @throws IllegalArgumentException when the text is not an announcement */
    static Announcement decode(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "an announcement of %d characters; the most is %d".formatted(text.length(), LONGEST));
        }
        List<String> lines = text.lines().toList();
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("an announcement without a line");
        }
        return new Announcement(
                Long.parseLong(lines.get(0)),
                lines.stream().skip(1).map(Announcement::service).toList());
    }

    private static Service service(String line) {
        String[] word = line.split(" ", -1);
        if (word.length != 5) {
            throw new IllegalArgumentException(
                    "\"%s\" has %d words where a service has 5".formatted(line, word.length));
        }
        return new Service(
                Role.of(word[0]), word[1], word[4], Integer.parseInt(word[2]), Service.State.valueOf(word[3]));
    }
}
