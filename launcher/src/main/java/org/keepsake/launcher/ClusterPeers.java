package org.keepsake.launcher;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.keepsake.launcher.cluster.Questions;
import org.keepsake.node.session.view.Peers;

/**
 * The other nodes, as a node sees them: the members of the cluster. What they ask about the stores that an operator named
 * is answered here, everything else by the node. Thread-safe.
 */
record ClusterPeers(Questions questions, SharedStores shared) implements Peers {

    @Override
    public CompletableFuture<Round> ask(String question, Duration atMost) {
        return questions
                .ask(question, atMost)
                .thenApply(replies -> new Round(replies.answers(), replies.complete(), replies.accounted()));
    }

    @Override
    public void answerWith(UnaryOperator<String> answer) {
        questions.answerWith(
                question -> SharedStores.isOne(question) ? shared.answer(question) : answer.apply(question));
    }
}
