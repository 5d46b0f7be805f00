package org.keepsake.launcher.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keepsake.launcher.cluster.PeerMessage.Answer;
import org.keepsake.launcher.cluster.PeerMessage.Question;

class PeerMessageTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "one line", "\n", "several\nlines\n", "ünïcödé"})
    void comesBackAsItWasSent(String text) {
        Question question = new Question(UUID.randomUUID(), text);
        assertEquals(question, PeerMessage.decode(question.encode()));
        Answer answer = new Answer(UUID.randomUUID(), UUID.randomUUID(), text);
        assertEquals(answer, PeerMessage.decode(answer.encode()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?", "?\n", "? 1 2\n", "! 1\n", "? xyz\ntext", "hello\nworld", "\n\n"})
    void whatIsNoMessageIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> PeerMessage.decode(text));
    }

    @Test
    void aTextThatIsTooLongIsRefused() {
        UUID id = UUID.randomUUID();
        assertEquals(65536, new Question(id, "x".repeat(65536)).text().length());
        assertThrows(IllegalArgumentException.class, () -> new Question(id, "x".repeat(65537)));
        assertThrows(IllegalArgumentException.class, () -> new Question(id, "ü".repeat(32769)));
        assertThrows(IllegalArgumentException.class, () -> PeerMessage.decode("? " + id + "\n" + "x".repeat(65537)));
    }
}
