package org.keepsake.node.session.view;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** The other nodes of the cluster, for questions that each of them must answer. Thread-safe. */
public interface Peers {

    /** A node without a cluster: nobody is asked, and nobody asks. */
    Peers NONE = new Peers() {
        @Override
        public CompletableFuture<Round> ask(String question, Duration atMost) {
            return CompletableFuture.completedFuture(new Round(List.of(), true, true));
        }

        @Override
        public void answerWith(UnaryOperator<String> answer) {
            // Nobody asks.
        }
    };

    /**
     * Asks every other member of the cluster. The future never fails and completes within the time given.
     *
     * @param question at most 64 kB of UTF-8
     */
    CompletableFuture<Round> ask(String question, Duration atMost);

    /**
     * Says how this node answers what others ask; before that it answers nothing. Called on a thread that may block for
     * about a second. Members without a node answer "" by themselves.
     */
    void answerWith(UnaryOperator<String> answer);

    /**
     * What was answered.
     *
     * @param answers of those that answered, in no order, the empty ones of members without a node left out
     * @param complete whether this process has joined its cluster (or has none to join) and every member that still is
     *     one has answered
     * @param accounted whether all who are members no longer are known to have ended; if not, one may be alive and cut
     *     off
     */
    record Round(List<String> answers, boolean complete, boolean accounted) {
        public Round {
            answers = List.copyOf(answers);
        }
    }
}
