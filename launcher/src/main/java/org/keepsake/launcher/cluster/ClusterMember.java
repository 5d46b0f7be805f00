package org.keepsake.launcher.cluster;

import static java.lang.System.Logger.Level.INFO;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipAdapter;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * This process in the cluster: it tells the others of its services, hears of theirs, and hands each change on as a
 * whole {@link Membership}.
 *
 * <p>Joining happens beside the roles, never before them: until it is done the membership holds the services of this
 * process alone. What members say of themselves travels by a Hazelcast topic, which works among lite members; who is
 * alive is Hazelcast's to know. An announcement is repeated every half second, so none that is lost matters long.
 *
 * <p>Thread-safe. All mutable fields belong to the one thread of {@link #thread}; listeners are called on it, one
 * membership after the other.
 */
public final class ClusterMember implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ClusterMember.class.getName());
    private static final Duration ANNOUNCE_EVERY = Duration.ofMillis(500);
    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final Duration LEAVING = Duration.ofSeconds(5);
    private static final Duration HANDING_OVER = Duration.ofMinutes(2);

    private final ClusterSettings settings;
    private final Listener listener;
    private final Optional<HeldData> held;
    private final ClusterThread thread;
    private final Announcements announcements;
    private final Questions questions;

    private List<Service> own;
    private Membership current = new Membership(0, false, List.of());
    private final NameConflicts conflicts;
    private final UnlikeNodes unlike;
    private long joinedAt;
    /** Read by {@link #close}: a start that is under way cannot be waited for, and ends with the process. */
    private volatile boolean joined;

    /** Down when every member has been told twice of this one. */
    private final CountDownLatch heardOf = new CountDownLatch(1);

    private @Nullable HazelcastInstance hazelcast;

    /** Who is told of changes. Called on the member's own thread; must not block long. */
    public interface Listener {
        /** There is a new membership, newer than all before. */
        void changed(Membership membership);

        /**
         * A name of this process is another's, or its node is not as the others: it must end. The sentence names both and says
         * what to do.
         */
        void refused(String sentence);
    }

    private ClusterMember(ClusterSettings settings, List<Service> own, Optional<HeldData> held, Listener listener) {
        this.held = held;
        this.settings = settings;
        this.own = List.copyOf(own);
        this.listener = listener;
        this.thread = new ClusterThread(settings.name(), "keepsake-cluster");
        this.announcements = new Announcements(settings.name(), thread, this::refresh);
        this.questions = new Questions(settings, own.stream().anyMatch(service -> service.role() == Role.NODE));
        this.unlike = new UnlikeNodes(settings.name(), settings.alike());
        // Twice the time-out: a process that was killed and started again must not be refused because of its own past.
        this.conflicts = new NameConflicts(settings.memberTimeout().multipliedBy(2));
    }

    /**
     * Begins to join and returns at once. What this process holds for the cluster, if anything, is told of it. The first membership, of this process's own services, reaches the listener
     * before anything else.
     */
    public static ClusterMember start(
            ClusterSettings settings, List<Service> own, Optional<HeldData> held, Listener listener) {
        ClusterMember member = new ClusterMember(settings, own, held, listener);
        member.thread.run(member::refresh);
        long begin = System.nanoTime();
        Joining.start(settings, held, instance -> member.thread.run(() -> member.takePart(begin, instance)));
        return member;
    }

    /** Tells everyone that this process's service of that role is now in that state. */
    public void announce(Role role, Service.State state) {
        thread.run(() -> {
            own = own.stream()
                    .map(service -> service.role() == role ? service.in(state) : service)
                    .toList();
            announcements.publish(own);
            refresh();
        });
    }

    /**
     * Waits until this process has joined and every member has had time to hear of it.
     *
     * @return whether that came about within the time given
     */
    public boolean awaitHeardOf(Duration atMost) throws InterruptedException {
        return heardOf.await(atMost.toMillis(), MILLISECONDS);
    }

    /** What this member asks the others, and how it answers them. */
    public Questions questions() {
        return questions;
    }

    /** Leaves the cluster, if it has been joined. Waits a few seconds at most; no listener is called afterwards. */
    @Override
    public void close() {
        if (joined && held.isPresent()) {
            // Until it has handed over what only it has, others ask it and must be answered.
            thread.run(this::leave);
            thread.close(HANDING_OVER);
            questions.close();
            return;
        }
        questions.close();
        if (joined) {
            thread.run(this::leave);
            thread.close(LEAVING);
        }
    }

    /** What only this member has is handed over first. */
    private void leave() {
        if (hazelcast == null) {
            return;
        }
        if (held.isPresent()) {
            hazelcast.getLifecycleService().shutdown();
        } else {
            hazelcast.getLifecycleService().terminate();
        }
    }

    private void takePart(long begin, HazelcastInstance instance) {
        hazelcast = instance;
        announcements.takePart(instance);
        questions.takePart(instance);
        held.ifPresent(data -> data.joined(instance));
        instance.getCluster().addMembershipListener(new MembershipAdapter() {
            @Override
            public void memberAdded(MembershipEvent event) {
                thread.run(() -> announcements.publish(own));
                questions.membersChanged();
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                thread.run(ClusterMember.this::refresh);
                questions.membersChanged();
            }
        });
        LOG.log(
                INFO,
                "cluster {0}: joined in {1} ms at {2}, {3} member(s)",
                settings.name(),
                Long.toString((System.nanoTime() - begin) / 1_000_000),
                local(instance).getAddress().getHost() + ":"
                        + local(instance).getAddress().getPort(),
                instance.getCluster().getMembers().size());
        joinedAt = System.nanoTime();
        joined = true;
        thread.after(ANNOUNCE_EVERY.multipliedBy(2), heardOf::countDown);
        thread.every(ANNOUNCE_EVERY, this::tick);
    }

    private void tick() {
        announcements.publish(own);
        refresh();
    }

    /** Works out the membership anew, and hands it on when it differs from the last. */
    private void refresh() {
        List<Service> all = new ArrayList<>();
        List<Service> olderThanThis = null;
        List<UnlikeNodes.Other> older = new ArrayList<>();
        for (Member member : members()) {
            if (member.localMember()) {
                olderThanThis = List.copyOf(all);
                add(all, ownAtLoopback());
                unlike.among(older, own).ifPresent(listener::refused);
            } else {
                List<Service> heard = announcements.of(member);
                add(all, heard);
                older.add(new UnlikeNodes.Other(Alike.told(member.getAttributes()), heard));
            }
        }
        if (olderThanThis == null) {
            olderThanThis = List.of();
            all.addAll(0, ownAtLoopback());
        }
        announcements.forgetAllBut(members());
        conflicts.between(own, olderThanThis).ifPresent(listener::refused);
        change(all);
    }

    private List<Member> members() {
        return hazelcast == null || !hazelcast.getLifecycleService().isRunning()
                ? List.of()
                : List.copyOf(hazelcast.getCluster().getMembers());
    }

    /** A member that stays silent is not waited for for ever. */
    private boolean everyoneWasHeard() {
        return joined && (System.nanoTime() - joinedAt > SILENCE.toNanos() || announcements.areOf(members()));
    }

    /** Members are listed oldest first: a name that is there already belongs to the older one. */
    private static void add(List<Service> all, List<Service> more) {
        for (Service service : more) {
            if (all.stream().noneMatch(service::sameNameAs)) {
                all.add(service);
            }
        }
    }

    /** Between the roles of one process nothing needs to leave the host, and a broken link cannot part them. */
    private List<Service> ownAtLoopback() {
        return own.stream().map(service -> service.at("127.0.0.1")).toList();
    }

    private void change(List<Service> services) {
        List<Service> sorted = services.stream()
                .sorted(java.util.Comparator.comparing(Service::role).thenComparing(Service::name))
                .toList();
        boolean complete = current.complete() || everyoneWasHeard();
        if (sorted.equals(current.services()) && complete == current.complete() && current.version() > 0) {
            return;
        }
        Membership next = new Membership(current.version() + 1, complete, sorted);
        MembershipLog.log(settings.name(), current, next, own);
        current = next;
        listener.changed(next);
    }

    private static Member local(HazelcastInstance instance) {
        return instance.getCluster().getLocalMember();
    }
}
