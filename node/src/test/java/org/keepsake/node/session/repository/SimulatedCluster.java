package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.view.Peers;

/**
 * The members of a cluster as each of them sees it. Who was not heard for three seconds is expelled by those who hear
 * each other; who wakes having been expelled is soon alone; those who hear each other again become one cluster some
 * seconds later. Who is killed leaves at once.
 */
final class SimulatedCluster {

    private static final long LOOK_INTERVAL = 200;
    private static final long EXPELLED_AFTER = Duration.ofSeconds(3).toNanos();
    private static final int MERGED_AFTER = 1_000;
    private static final int MERGED_WITHIN = 3_000;

    private final Schedule schedule;
    private final Random random;
    private final SimulatedNetwork network;
    private final Map<SimulatedProcess, Member> members = new LinkedHashMap<>();

    /** When pairs of processes that are in different clusters will be in the same one. */
    private final Map<Set<Member>, Long> mergeAt = new HashMap<>();

    SimulatedCluster(Schedule schedule, Random random, SimulatedNetwork network) {
        this.schedule = schedule;
        this.random = random;
        this.network = network;
        schedule.after(LOOK_INTERVAL, this::look);
    }

    /** What a new process knows of the others; it becomes a member by and by. */
    Peers join(SimulatedProcess process) {
        Member member = new Member(process);
        members.put(process, member);
        process.atDeath(() -> leave(member));
        return member;
    }

    /** All processes are members from the beginning. */
    void formAtOnce() {
        unite(members.values());
    }

    /** Whether all living processes are members of one cluster and know it. */
    boolean isWhole() {
        return members.values().stream()
                .allMatch(m -> m.joined && m.known.keySet().containsAll(members.values()));
    }

    private void leave(Member gone) {
        members.remove(gone.process);
        members.values().forEach(member -> member.forget(gone));
    }

    private boolean hear(Member a, Member b) {
        return a.process.isRunning()
                && b.process.isRunning()
                && network.passesBothWays(a.process.name(), b.process.name());
    }

    private void look() {
        for (Member member : members.values()) {
            if (member.process.isRunning()) {
                member.look(schedule.nanos());
            }
        }
        merge();
        schedule.after(LOOK_INTERVAL, this::look);
    }

    private void merge() {
        List<Member> all = List.copyOf(members.values());
        for (Member a : all) {
            for (Member b : all) {
                if (a.process.name().compareTo(b.process.name()) < 0) {
                    mergeIfDue(a, b);
                }
            }
        }
    }

    private void mergeIfDue(Member a, Member b) {
        Set<Member> pair = Set.of(a, b);
        if (!hear(a, b) || (a.knows(b) && b.knows(a))) {
            mergeAt.remove(pair);
            return;
        }
        long due = mergeAt.computeIfAbsent(
                pair, p -> schedule.nanos() + (MERGED_AFTER + random.nextInt(MERGED_WITHIN)) * 1_000_000L);
        if (schedule.nanos() >= due) {
            Set<Member> united = new LinkedHashSet<>();
            for (Member member : members.values()) {
                if (hear(member, a) || hear(member, b) || member == a || member == b) {
                    united.add(member);
                }
            }
            unite(united);
        }
    }

    /** The smaller part leaves its own cluster to join the other. */
    private void unite(Collection<Member> all) {
        Member center = all.stream()
                .max((x, y) -> Integer.compare(x.known.size(), y.known.size()))
                .orElseThrow();
        for (Member member : all) {
            if (member != center && !(center.knows(member) && member.knows(center))) {
                member.joined = false;
                member.process.after(random.nextInt(300), () -> member.joined = true);
            }
        }
        center.joined = true;
        for (Member member : all) {
            for (Member other : all) {
                member.know(other, schedule.nanos());
            }
        }
    }

    /** One process's membership. */
    private final class Member implements Peers {

        private final SimulatedProcess process;

        /** By member, this one included: when it was last heard. */
        private final Map<Member, Long> known = new LinkedHashMap<>();

        private final List<Asking> asking = new ArrayList<>();
        private @Nullable UnaryOperator<String> answerer;
        private boolean joined;

        Member(SimulatedProcess process) {
            this.process = process;
        }

        boolean knows(Member other) {
            return known.containsKey(other);
        }

        void know(Member other, long now) {
            known.put(other, now);
        }

        void look(long now) {
            for (Member other : List.copyOf(known.keySet())) {
                if (other == this || (hear(this, other) && other.knows(this))) {
                    know(other, now);
                } else if (now - known.getOrDefault(other, now) > EXPELLED_AFTER || toldToLeave(other)) {
                    forget(other);
                }
            }
        }

        /** Who was expelled while it was frozen is told so by those who did. */
        private boolean toldToLeave(Member other) {
            return hear(this, other) && !other.knows(this) && random.nextInt(4) == 0;
        }

        void forget(Member other) {
            known.remove(other);
            List.copyOf(asking).forEach(question -> question.gone(other));
        }

        @Override
        public CompletableFuture<Round> ask(String question, Duration atMost) {
            Asking round = new Asking(this);
            asking.add(round);
            for (Member other : known.keySet()) {
                if (other != this) {
                    round.ask(other, question);
                }
            }
            process.after(atMost.toMillis(), round::end);
            round.endIfAnswered();
            return round.future;
        }

        @Override
        public void answerWith(UnaryOperator<String> answer) {
            answerer = answer;
        }
    }

    /** One question to all members. */
    private final class Asking {

        private final Member asker;
        private final Set<Member> silent = new LinkedHashSet<>();
        private final List<String> answers = new ArrayList<>();
        private final CompletableFuture<Peers.Round> future = new CompletableFuture<>();

        Asking(Member asker) {
            this.asker = asker;
        }

        void ask(Member other, String question) {
            silent.add(other);
            send(asker, other, () -> {
                UnaryOperator<String> answerer = other.answerer;
                if (other.knows(asker) && answerer != null) {
                    other.process.startInBackground(() -> {
                        String answer = answerer.apply(question);
                        send(other, asker, () -> answered(other, answer));
                    });
                }
            });
        }

        private void send(Member from, Member to, Runnable message) {
            schedule.after(
                    random.nextInt(3),
                    () -> network.deliver(from.process.name(), to.process.name(), () -> to.process.after(0, message)));
        }

        private void answered(Member other, String answer) {
            if (silent.remove(other) && asker.knows(other)) {
                answers.add(answer);
            }
            endIfAnswered();
        }

        void gone(Member other) {
            boolean unused = silent.remove(other);
            asker.process.after(0, this::endIfAnswered);
        }

        void endIfAnswered() {
            if (silent.isEmpty()) {
                end();
            }
        }

        void end() {
            asker.asking.remove(this);
            boolean unused = future.complete(new Peers.Round(answers, asker.joined && silent.isEmpty(), true));
        }
    }
}
