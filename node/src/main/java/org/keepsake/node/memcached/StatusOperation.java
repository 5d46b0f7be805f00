package org.keepsake.node.memcached;

import java.io.IOException;
import java.util.Map;
import org.keepsake.node.store.Outcome;

/** A command that is answered with one line: add, set, cas, touch and delete. */
final class StatusOperation extends TextOperation {

    private final Map<String, Outcome> words;
    private final Answer<Outcome> answer;

    /** @param words what the first word of the line means; another one breaks the protocol */
    StatusOperation(byte[] request, Map<String, Outcome> words, Pending<?> pending, Answer<Outcome> answer) {
        super(request, pending);
        this.words = words;
        this.answer = answer;
    }

    @Override
    void readLine(String text) throws IOException {
        int space = text.indexOf(' ');
        String word = space < 0 ? text : text.substring(0, space);
        Outcome outcome = words.get(word);
        boolean serverError = word.equals("SERVER_ERROR");
        if (outcome == null && !serverError) {
            // ERROR and CLIENT_ERROR too: the server may go on to read the value as if it were commands.
            throw broken("unexpected answer to a write");
        }
        over();
        answer.is(outcome != null ? outcome : Endings.OF_WRITE.ofErrorLine(text));
    }
}
