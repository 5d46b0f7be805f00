package org.keepsake.node.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.view.Peers;

/** A cluster within one process; questions are answered at once on the caller's thread. */
final class FakePeers {

    private final List<Member> members = new CopyOnWriteArrayList<>();

    private final List<String> questions = new CopyOnWriteArrayList<>();

    /** Nobody hears anybody, and each goes on alone. */
    private volatile boolean parted;

    /** Nobody hears anybody, and each waits for the others. */
    private volatile boolean cutOff;

    /** Run once, before the next take-over is told. */
    private volatile Runnable beforeTakeover = () -> {};

    /** What was told of sessions taken over, in its order. */
    List<String> takeovers() {
        return questions.stream().filter(FakePeers::isTakeover).toList();
    }

    /** How often others were asked whether they use sessions. */
    long questionsOfUse() {
        return questions.stream().filter(each -> each.startsWith("unused ")).count();
    }

    /** Cuts all links; each member has given up the others, and cannot know whether they have ended. */
    void part() {
        parted = true;
    }

    void heal() {
        parted = false;
        cutOff = false;
    }

    /** Does something while the next one who takes a session over has fetched it, and told nobody yet. */
    void beforeTakeover(Runnable action) {
        beforeTakeover = action;
    }

    /** Nobody hears of anybody, until {@link #heal}. */
    void cutOff() {
        cutOff = true;
    }

    Peers join() {
        Member member = new Member();
        members.add(member);
        return member;
    }

    private static boolean isTakeover(String question) {
        return question.startsWith("took ");
    }

    private final class Member implements Peers {

        private volatile @Nullable UnaryOperator<String> answer;

        @Override
        public CompletableFuture<Round> ask(String question, Duration atMost) {
            questions.add(question);
            if (parted) {
                return CompletableFuture.completedFuture(new Round(List.of(), true, false));
            }
            if (isTakeover(question)) {
                Runnable before = beforeTakeover;
                beforeTakeover = () -> {};
                before.run();
            }
            boolean complete = true;
            List<String> answers = new ArrayList<>();
            if (cutOff) {
                return CompletableFuture.completedFuture(new Round(answers, false, false));
            }
            for (Member member : members) {
                UnaryOperator<String> theirs = member.answer;
                if (member != this && theirs != null) {
                    answers.add(theirs.apply(question));
                }
                complete &= member == this || theirs != null;
            }
            answers.removeIf(String::isEmpty);
            return CompletableFuture.completedFuture(new Round(answers, complete, complete));
        }

        @Override
        public void answerWith(UnaryOperator<String> answers) {
            answer = answers;
        }
    }
}
