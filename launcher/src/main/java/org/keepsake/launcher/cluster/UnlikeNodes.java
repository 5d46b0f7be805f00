package org.keepsake.launcher.cluster;

import static java.lang.System.Logger.Level.WARNING;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Finds out that the node of this process is not as the others. All nodes are to be as the one that has been in the cluster
 * longest: so of two that start together the same one goes whoever looks, and one that is about to go decides nothing. Not
 * thread-safe.
 */
final class UnlikeNodes {

    private static final System.Logger LOG = System.getLogger(ClusterMember.class.getName());

    private final String cluster;
    private final Alike own;
    private final Set<String> warned = new HashSet<>();

    UnlikeNodes(String cluster, Alike own) {
        this.cluster = cluster;
        this.own = own;
    }

    /**
     * What is known of another member.
     *
     * @param services as far as they were heard of: a member that was never heard may be dead, and decides nothing
     */
    record Other(Alike alike, List<Service> services) {}

    /**
     * A sentence for the user when this process must not stay; what is only to be warned of is logged, once.
     *
     * @param older the members that have been there longer, the oldest first
     */
    Optional<String> among(List<Other> older, List<Service> ownServices) {
        Optional<Other> oldest =
                older.stream().filter(other -> other.alike().isTold()).findFirst();
        Optional<Service> mine = node(ownServices);
        Optional<Service> theirs = oldest.flatMap(other -> node(other.services()));
        if (mine.isEmpty() || theirs.isEmpty()) {
            return Optional.empty();
        }
        Alike rule = oldest.get().alike();
        differing(own.should(), rule.should())
                .map(option -> sentence(option, own.should(), rule.should(), mine.get(), theirs.get())
                        + "; all nodes should have the same")
                .filter(warned::add)
                .forEach(warning -> LOG.log(WARNING, "cluster {0}: {1}", cluster, warning));
        return differing(own.must(), rule.must())
                .map(option -> "%s; all nodes of a cluster use one %s, another needs another --cluster"
                        .formatted(sentence(option, own.must(), rule.must(), mine.get(), theirs.get()), option))
                .findFirst();
    }

    private static Optional<Service> node(List<Service> services) {
        return services.stream().filter(service -> service.role() == Role.NODE).findFirst();
    }

    /** In the order of their names. What one of them does not have is not compared. */
    private static Stream<String> differing(Map<String, String> mine, Map<String, String> theirs) {
        return new TreeMap<>(mine)
                .entrySet().stream()
                        .filter(entry -> !theirs.getOrDefault(entry.getKey(), entry.getValue())
                                .equals(entry.getValue()))
                        .map(Map.Entry::getKey);
    }

    private String sentence(
            String option, Map<String, String> mine, Map<String, String> theirs, Service here, Service there) {
        return "%s, on port %d, has %s=%s, and %s at %s, longer in cluster %s, has %s=%s"
                .formatted(
                        here,
                        here.port(),
                        option,
                        mine.get(option),
                        there,
                        there.address(),
                        cluster,
                        option,
                        theirs.get(option));
    }
}
