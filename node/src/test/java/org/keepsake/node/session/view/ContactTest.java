package org.keepsake.node.session.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.keepsake.node.session.time.ManualTiming;

class ContactTest {

    private static final String B = "B-1";

    private final ManualTiming timing = new ManualTiming();
    private final Contact contact = new Contact("A-1", timing);

    private long answeredBy(String... nodes) {
        contact.answered(timing.nanos(), Set.of(nodes), true);
        return contact.present();
    }

    private void pass(long millis) {
        timing.pause(Duration.ofMillis(millis));
    }

    @Test
    void isNoneBeforeEveryoneAnswered() {
        assertEquals(Contact.NONE, contact.present());
        assertNotEquals(Contact.NONE, answeredBy(B));
    }

    @Test
    void isOneAsLongAsEveryoneAnswersSoonEnough() {
        long first = answeredBy(B);
        for (int i = 0; i < 100; i++) {
            pass(1_900);
            assertEquals(first, answeredBy(B));
        }
    }

    @Test
    void endsWhenNobodyAnsweredForTwoSeconds() {
        long first = answeredBy(B);
        pass(2_000);
        assertEquals(Contact.NONE, contact.present());
        assertNotEquals(first, answeredBy(B));
    }

    @Test
    void countsFromTheQuestion() {
        long asked = timing.nanos();
        pass(400);
        contact.answered(asked, Set.of(B), true);
        pass(1_600);
        assertEquals(Contact.NONE, contact.present());
    }

    @Test
    void isAnotherOneWhenANodeShowsUp() {
        long first = answeredBy();
        pass(500);
        assertNotEquals(first, answeredBy(B));
    }

    @Test
    void isAnotherOneAsSoonAsAnUnknownNodeAsks() {
        long first = answeredBy();
        contact.askedBy(B);
        long second = contact.present();
        assertNotEquals(first, second);
        assertEquals(second, answeredBy(B));
    }

    @Test
    void doesNotForgetANodeThatAskedWhileTheOthersAnswered() {
        long asked = timing.nanos();
        pass(100);
        contact.askedBy(B);
        contact.answered(asked, Set.of(), true);
        pass(3_000);
        contact.answered(timing.nanos(), Set.of(), false);
        assertEquals(Contact.NONE, contact.present());
    }

    @Test
    void goesOnWithoutANodeThatIsKnownToHaveEnded() {
        long first = answeredBy(B);
        pass(500);
        assertEquals(first, answeredBy());
    }

    @Test
    void isNoneWithoutANodeThatMayBeAlive() {
        long first = answeredBy(B);
        for (int i = 0; i < 10; i++) {
            pass(500);
            contact.answered(timing.nanos(), Set.of(), false);
        }
        assertEquals(Contact.NONE, contact.present());
        contact.answered(timing.nanos(), Set.of(B), false);
        assertNotEquals(Contact.NONE, contact.present());
        assertNotEquals(first, contact.present());
    }

    @Test
    void beginsAnewWithTheNextProcessOfTheSameName() {
        long first = answeredBy(B);
        pass(3_000);
        contact.answered(timing.nanos(), Set.of("B-2"), false);
        assertNotEquals(Contact.NONE, contact.present());
        assertNotEquals(first, contact.present());
    }

    @Test
    void isNoneAfterTheProcessStoodStillUntilAQuestionIsAnsweredThatWasAskedSince() {
        long first = answeredBy(B);
        long before = timing.nanos();
        pass(100);
        contact.lost();
        contact.answered(before, Set.of(B), true);
        assertEquals(Contact.NONE, contact.present());
        assertNotEquals(first, answeredBy(B));
    }
}
