package org.keepsake.node.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.keepsake.node.session.view.Peers;

/** A cluster within one process; questions are answered at once on the caller's thread. */
final class FakePeers {

    private final List<Member> members = new CopyOnWriteArrayList<>();

    private final List<String> questions = new CopyOnWriteArrayList<>();

    /** What was told of sessions taken over, in its order. */
    List<String> takeovers() {
        return questions.stream()
                .filter(question -> question.startsWith("took "))
                .toList();
    }

    private volatile boolean cutOff;

    /** Nobody hears of anybody, until {@link #heal}. */
    void cutOff() {
        cutOff = true;
    }

    void heal() {
        cutOff = false;
    }

    Peers join() {
        Member member = new Member();
        members.add(member);
        return member;
    }

    private final class Member implements Peers {

        private volatile UnaryOperator<String> answer = question -> "";

        @Override
        public CompletableFuture<Round> ask(String question, Duration atMost) {
            questions.add(question);
            List<String> answers = new ArrayList<>();
            if (cutOff) {
                return CompletableFuture.completedFuture(new Round(answers, false));
            }
            for (Member member : members) {
                if (member != this) {
                    answers.add(member.answer.apply(question));
                }
            }
            answers.removeIf(String::isEmpty);
            return CompletableFuture.completedFuture(new Round(answers, true));
        }

        @Override
        public void answerWith(UnaryOperator<String> answers) {
            answer = answers;
        }
    }
}
