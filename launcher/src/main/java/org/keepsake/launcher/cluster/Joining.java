package org.keepsake.launcher.cluster;

import static java.lang.System.Logger.Level.WARNING;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Joins the cluster, however often it takes: a process outside the cluster still serves, but nobody finds it. Runs on a
 * thread of its own, because it takes seconds, in which the roles of this process must see each other already.
 */
final class Joining implements Runnable {

    private static final System.Logger LOG = System.getLogger(ClusterMember.class.getName());
    private static final Duration JOIN_AGAIN = Duration.ofSeconds(2);

    private final ClusterSettings settings;
    private final Optional<HeldData> held;
    private final Consumer<HazelcastInstance> joined;

    private Joining(ClusterSettings settings, Optional<HeldData> held, Consumer<HazelcastInstance> joined) {
        this.settings = settings;
        this.held = held;
        this.joined = joined;
    }

    /** Begins to join and returns; {@code joined} is called once, on a thread of its own. */
    static void start(ClusterSettings settings, Optional<HeldData> held, Consumer<HazelcastInstance> joined) {
        ClusterThread.daemon("keepsake-join")
                .newThread(new Joining(settings, held, joined))
                .start();
    }

    @Override
    public void run() {
        while (true) {
            try {
                joined.accept(connect());
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

    private HazelcastInstance instance(Config config) {
        settings.alike().tell((name, value) -> config.getMemberAttributeConfig().setAttribute(name, value));
        held.ifPresent(data -> data.configure(config));
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
}
