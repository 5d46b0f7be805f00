package org.keepsake.launcher.cluster;

import static java.lang.System.Logger.Level.INFO;

import java.util.List;
import java.util.Optional;

/** Tells the log what changed between two memberships, one line for each service of another process. */
final class MembershipLog {

    private static final System.Logger LOG = System.getLogger(ClusterMember.class.getName());

    private MembershipLog() {}

    static void log(String cluster, Membership before, Membership after, List<Service> own) {
        for (Service service : after.services()) {
            if (own.stream().noneMatch(service::sameNameAs)) {
                change(find(before, service), service).ifPresent(what -> say(cluster, service, what));
            }
        }
        for (Service service : before.services()) {
            if (find(after, service).isEmpty()) {
                say(cluster, service, "left");
            }
        }
    }

    private static Optional<String> change(Optional<Service> before, Service now) {
        if (before.isEmpty()) {
            return Optional.of("joined, " + word(now.state()));
        }
        if (!before.get().equals(now)) {
            return Optional.of("is " + word(now.state()));
        }
        return Optional.empty();
    }

    private static String word(Service.State state) {
        return state.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static Optional<Service> find(Membership membership, Service service) {
        return membership.services().stream().filter(service::sameNameAs).findFirst();
    }

    private static void say(String cluster, Service service, String what) {
        LOG.log(INFO, "cluster {0}: {1} at {2} {3}", cluster, service, service.address(), what);
    }
}
