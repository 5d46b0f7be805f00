package org.keepsake.launcher.cluster;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A question of one member to all, or an answer to it. On the wire it is text: a line with the kind, the question's id
 * and for an answer the member that gives it, then the text itself.
 */
sealed interface PeerMessage {

    /** Of the text of a question or an answer, in bytes of UTF-8. */
    int LONGEST_TEXT = 64 * 1024;

    String text();

    String encode();

    /** What is asked under an id that is never used again. */
    record Question(UUID id, String text) implements PeerMessage {
        public Question {
            requireShort("a question", text);
        }

        @Override
        public String encode() {
            return "? " + id + "\n" + text;
        }
    }

    /**
     * What a member answers.
     *
     * @param from the member, as it knew itself: the address that a message came from may have a new member by now
     */
    record Answer(UUID id, UUID from, String text) implements PeerMessage {
        public Answer {
            requireShort("an answer", text);
        }

        @Override
        public String encode() {
            return "! " + id + " " + from + "\n" + text;
        }
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException when it is no such message
     */
    static PeerMessage decode(String message) {
        int end = message.indexOf('\n');
        String[] words = message.substring(0, Math.max(0, Math.min(end, 100))).split(" ", -1);
        String text = message.substring(end + 1);
        if (words.length == 2 && words[0].equals("?")) {
            return new Question(UUID.fromString(words[1]), text);
        }
        if (words.length == 3 && words[0].equals("!")) {
            return new Answer(UUID.fromString(words[1]), UUID.fromString(words[2]), text);
        }
        throw new IllegalArgumentException("it is neither a question nor an answer");
    }

    private static void requireShort(String what, String text) {
        // The length in characters first: it costs nothing, and no text is shorter in bytes.
        if (text.length() > LONGEST_TEXT || text.getBytes(StandardCharsets.UTF_8).length > LONGEST_TEXT) {
            throw new IllegalArgumentException(
                    "%s to the cluster of %d characters: the most is 64 kB".formatted(what, text.length()));
        }
    }
}
