package org.keepsake.launcher.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real members on the loopback interface; their datagrams do not leave this host. */
class ClusterMemberTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String cluster = "test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    private final int multicastPort = ThreadLocalRandom.current().nextInt(46000, 60000);

    /** Away from the usual one, where members of other clusters on this host may be in the way. */
    private final int memberPort = ThreadLocalRandom.current().nextInt(20000, 30000);

    private final List<ClusterMember> members = new ArrayList<>();

    @AfterEach
    void close() {
        members.forEach(ClusterMember::close);
    }

    @Test
    void aLoneMemberKnowsItsOwnServicesBeforeItHasJoined() throws InterruptedException {
        Heard heard = new Heard();
        start(multicast(true), heard, store("m1"));
        Membership first = heard.next();
        assertEquals(1, first.version());
        assertFalse(first.complete());
        assertEquals(List.of(store("m1").at("127.0.0.1")), first.services());
        heard.await(Membership::complete);
    }

    @Test
    void membersFindEachOtherByMulticastAndSeeStatesChangeAndServicesGo() throws InterruptedException {
        Heard balancer = new Heard();
        start(multicast(true), balancer, service(Role.BALANCER, "lb", Service.State.READY));
        Heard other = new Heard();
        ClusterMember node = start(multicast(false), other, service(Role.NODE, "A", Service.State.STARTING));

        balancer.await(m -> m.of(Role.NODE).stream().anyMatch(s -> s.state() == Service.State.STARTING));
        other.await(Membership::complete);
        assertFalse(other.last().of(Role.BALANCER).isEmpty());

        node.announce(Role.NODE, Service.State.READY);
        balancer.await(m -> m.of(Role.NODE).stream().anyMatch(s -> s.state() == Service.State.READY));

        node.close();
        balancer.await(m -> m.of(Role.NODE).isEmpty());
    }

    @Test
    void membersFindEachOtherByAList() throws InterruptedException {
        Heard one = new Heard();
        Heard two = new Heard();
        start(byList(), one, store("m1"));
        one.next();
        start(byList(), two, store("m2"));
        one.await(m -> m.of(Role.STORE).size() == 2);
        two.await(m -> m.of(Role.STORE).size() == 2);
    }

    @Test
    void theYoungerOfTwoWithOneNameIsRefusedAndNotSeen() throws InterruptedException {
        Heard older = new Heard();
        Heard younger = new Heard();
        start(multicast(true), older, new Service(Role.STORE, "m1", "", 1001, Service.State.READY));
        Heard witness = new Heard();
        start(multicast(true), witness, store("m9"));
        witness.await(m -> m.of(Role.STORE).size() == 2);
        start(multicast(true), younger, new Service(Role.STORE, "m1", "", 1002, Service.State.READY));

        String sentence = younger.refusal();
        assertTrue(sentence.contains("\"m1\"") && sentence.contains("1001") && sentence.contains("1002"), sentence);
        assertEquals(1001, witness.last().of(Role.STORE).get(0).port());
    }

    @Test
    void theYoungerOfTwoNodesThatAreNotAlikeIsRefusedAndAStoreIsNot() throws InterruptedException {
        Heard older = new Heard();
        Heard store = new Heard();
        Heard younger = new Heard();
        start(manager("delta"), older, service(Role.NODE, "A", Service.State.READY));
        start(multicast(true), store, store("m1"));
        store.await(m -> m.services().size() == 2);
        start(manager("backup"), younger, service(Role.NODE, "B", Service.State.READY));

        String sentence = younger.refusal();
        assertTrue(
                sentence.contains("node B, on port 11211, has --session-manager=backup")
                        && sentence.contains("node A at 127.0.0.1:11211")
                        && sentence.contains("has --session-manager=delta"),
                sentence);
        assertTrue(older.refusals.isEmpty() && store.refusals.isEmpty());
    }

    private ClusterSettings manager(String name) {
        return settings(Discovery.MULTICAST, List.of(), false, new Alike(Map.of("--session-manager", name), Map.of()));
    }

    private ClusterMember start(ClusterSettings settings, Heard heard, Service... services) {
        ClusterMember member = ClusterMember.start(settings, List.of(services), Optional.empty(), heard);
        members.add(member);
        return member;
    }

    private static Service store(String name) {
        return service(Role.STORE, name, Service.State.READY);
    }

    private static Service service(Role role, String name, Service.State state) {
        return new Service(role, name, "", 11211, state);
    }

    private ClusterSettings multicast(boolean lite) {
        return settings(Discovery.MULTICAST, List.of(), lite);
    }

    private ClusterSettings byList() {
        return settings(Discovery.STATIC, List.of("127.0.0.1"), true);
    }

    private ClusterSettings settings(Discovery discovery, List<String> list, boolean lite) {
        return settings(discovery, list, lite, Alike.NONE);
    }

    private ClusterSettings settings(Discovery discovery, List<String> list, boolean lite, Alike alike) {
        return new ClusterSettings(
                cluster,
                discovery,
                new InetSocketAddress("228.10.0.4", multicastPort),
                0,
                list,
                Optional.of("127.0.0.1"),
                memberPort,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                lite,
                alike);
    }

    /** Remembers what a member was told, in order. */
    private static final class Heard implements ClusterMember.Listener {

        private final BlockingQueue<Membership> memberships = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
        private volatile Membership last = new Membership(0, true, List.of());

        @Override
        public void changed(Membership membership) {
            last = membership;
            memberships.add(membership);
        }

        @Override
        public void refused(String sentence) {
            refusals.add(sentence);
        }

        Membership last() {
            return last;
        }

        Membership next() throws InterruptedException {
            Membership next = memberships.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no further membership within " + PATIENCE + "; the last was " + last);
            }
            return next;
        }

        void await(Predicate<Membership> condition) throws InterruptedException {
            while (!condition.test(next())) {
                // The queue remembers every membership; this one was not it.
            }
        }

        String refusal() throws InterruptedException {
            String sentence = refusals.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (sentence == null) {
                throw new AssertionError("nobody was refused within " + PATIENCE);
            }
            return sentence;
        }
    }
}
