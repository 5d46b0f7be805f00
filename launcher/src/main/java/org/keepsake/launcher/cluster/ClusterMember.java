package org.keepsake.launcher.cluster;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipAdapter;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.topic.ITopic;
import com.hazelcast.topic.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Collectors;
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
    private static final String TOPIC = "keepsake.announcements";
    private static final Duration ANNOUNCE_EVERY = Duration.ofMillis(500);
    private static final Duration JOIN_AGAIN = Duration.ofSeconds(2);
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private final ClusterSettings settings;
    private final Listener listener;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(daemon("keepsake-cluster"));

    private List<Service> own;
    private final Map<UUID, Announcement> heard = new HashMap<>();
    private Membership current = new Membership(0, false, List.of());
    private final NameConflicts conflicts;
    private long sequence;
    private long joinedAt;
    /** Read by {@link #close}: a start that is under way cannot be waited for, and ends with the process. */
    private volatile boolean joined;

    /** Down when every member has been told twice of this one. */
    private final CountDownLatch heardOf = new CountDownLatch(1);

    private @Nullable HazelcastInstance hazelcast;
    private @Nullable ITopic<String> topic;

    /** Who is told of changes. Called on the member's own thread; must not block long. */
    public interface Listener {
        /** There is a new membership, newer than all before. */
        void changed(Membership membership);

        /** A name of this process is another's: it must end. The sentence names both and says what to do. */
        void refused(String sentence);
    }

    private ClusterMember(ClusterSettings settings, List<Service> own, Listener listener) {
        this.settings = settings;
        this.own = List.copyOf(own);
        this.listener = listener;
        // Twice the time-out: a process that was killed and started again must not be refused because of its own past.
        this.conflicts = new NameConflicts(settings.memberTimeout().multipliedBy(2));
    }

    /**
     * Begins to join and returns at once. The first membership, of this process's own services, reaches the listener
     * before anything else.
     */
    public static ClusterMember start(ClusterSettings settings, List<Service> own, Listener listener) {
        ClusterMember member = new ClusterMember(settings, own, listener);
        member.onThread(member::refresh);
        daemon("keepsake-join").newThread(member::join).start();
        return member;
    }

    /** Tells everyone that this process's service of that role is now in that state. */
    public void announce(Role role, Service.State state) {
        onThread(() -> {
            own = own.stream()
                    .map(service -> service.role() == role ? service.in(state) : service)
                    .toList();
            publish();
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

    /** Leaves the cluster, if it has been joined. Waits a few seconds at most; no listener is called afterwards. */
    @Override
    public void close() {
        if (!joined) {
            return;
        }
        onThread(() -> {
            if (hazelcast != null) {
                hazelcast.getLifecycleService().terminate();
            }
        });
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, java.util.concurrent.TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Joins, however often it takes: a process outside the cluster still serves, but nobody finds it. Runs on a thread
     * of its own, because it takes seconds, in which the roles of this process must see each other already.
     */
    private void join() {
        while (true) {
            long begin = System.nanoTime();
            try {
                HazelcastInstance instance = connect();
                onThread(() -> takePart(begin, instance));
                return;
            } catch (RuntimeException e) {
                LOG.log(
                        WARNING,
                        "cluster {0}: not joined ({1}); tried again in {2} s",
                        settings.name(),
                        rootMessage(e),
                        JOIN_AGAIN.toSeconds());
            }
            try {
                Thread.sleep(JOIN_AGAIN.toMillis());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void takePart(long begin, HazelcastInstance instance) {
        hazelcast = instance;
        ITopic<String> announcements = instance.getTopic(TOPIC);
        announcements.addMessageListener(this::received);
        topic = announcements;
        instance.getCluster().addMembershipListener(new MembershipAdapter() {
            @Override
            public void memberAdded(MembershipEvent event) {
                onThread(ClusterMember.this::publish);
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                onThread(ClusterMember.this::refresh);
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
        var unusedTold = thread.schedule(heardOf::countDown, 2 * ANNOUNCE_EVERY.toMillis(), MILLISECONDS);
        var unused =
                thread.scheduleWithFixedDelay(() -> guarded(this::tick), 0, ANNOUNCE_EVERY.toMillis(), MILLISECONDS);
    }

    private HazelcastInstance connect() {
        if (settings.discovery() == Discovery.STATIC) {
            return instance(HazelcastConfiguration.byAddress(settings, settings.members()));
        }
        try {
            return instance(HazelcastConfiguration.multicast(settings));
        } catch (HazelcastException | IllegalStateException e) {
            List<String> members =
                    settings.members().isEmpty() ? List.of(settings.host().orElse("127.0.0.1")) : settings.members();
            LOG.log(
                    WARNING,
                    "cluster {0}: multicast to {1} cannot be used here ({2}); asking {3} instead."
                            + " A route to the group or --cluster-host mends it; --discovery=static --members=... avoids it",
                    settings.name(),
                    settings.multicast().getAddress().getHostAddress(),
                    rootMessage(e),
                    String.join(", ", members));
            return instance(HazelcastConfiguration.byAddress(settings, members));
        }
    }

    private static HazelcastInstance instance(Config config) {
        UnsafeWarning.markAsGiven();
        return Hazelcast.newHazelcastInstance(config);
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName());
    }

    private void tick() {
        publish();
        refresh();
    }

    private void publish() {
        if (topic == null) {
            return;
        }
        try {
            topic.publish(new Announcement(++sequence, own).encode());
        } catch (HazelcastInstanceNotActiveException e) {
            LOG.log(INFO, "cluster {0}: not announced, the member is between two clusters", settings.name());
        }
    }

    private void received(Message<String> message) {
        Member from = message.getPublishingMember();
        if (from == null || from.localMember()) {
            return;
        }
        try {
            Announcement announcement = Announcement.decode(message.getMessageObject());
            onThread(() -> hear(from, announcement));
        } catch (IllegalArgumentException e) {
            LOG.log(
                    WARNING,
                    "cluster {0}: {1} announced something that is not understood and was ignored: {2}",
                    settings.name(),
                    from.getAddress(),
                    e.getMessage());
        }
    }

    private void hear(Member from, Announcement announcement) {
        Announcement last = heard.get(from.getUuid());
        if (last != null && last.sequence() >= announcement.sequence()) {
            return;
        }
        heard.put(from.getUuid(), announcement);
        refresh();
    }

    /** Works out the membership anew, and hands it on when it differs from the last. */
    private void refresh() {
        List<Service> all = new ArrayList<>();
        List<Service> olderThanThis = null;
        for (Member member : members()) {
            if (member.localMember()) {
                olderThanThis = List.copyOf(all);
                add(all, ownAtLoopback());
            } else {
                add(all, servicesOf(member));
            }
        }
        if (olderThanThis == null) {
            olderThanThis = List.of();
            all.addAll(0, ownAtLoopback());
        }
        heard.keySet().retainAll(members().stream().map(Member::getUuid).collect(Collectors.toSet()));
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
        return joined
                && (System.nanoTime() - joinedAt > SILENCE.toNanos()
                        || members().stream()
                                .allMatch(member -> member.localMember() || heard.containsKey(member.getUuid())));
    }

    private List<Service> servicesOf(Member member) {
        Announcement announcement = heard.get(member.getUuid());
        return announcement == null
                ? List.of()
                : announcement.services().stream()
                        .map(service -> service.at(member.getAddress().getHost()))
                        .toList();
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

    private void onThread(Runnable task) {
        try {
            thread.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "cluster: closed, nothing more is done", e);
        }
    }

    /** A failure here must be seen, and must not end the thread that everything depends on. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.log(WARNING, "cluster " + settings.name() + ": a change could not be handled", e);
        }
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
