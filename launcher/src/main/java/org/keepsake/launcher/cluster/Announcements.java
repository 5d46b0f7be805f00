package org.keepsake.launcher.cluster;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.topic.ITopic;
import com.hazelcast.topic.Message;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the members of a cluster say of themselves. It travels by a Hazelcast topic, which works among lite members; an
 * announcement is repeated, so none that is lost matters long.
 *
 * <p>Belongs to the thread it is given: it must be called there, and tells there of what it hears.
 */
final class Announcements {

    private static final System.Logger LOG = System.getLogger(ClusterMember.class.getName());
    private static final String TOPIC = "keepsake.announcements";

    private final String cluster;
    private final ClusterThread thread;
    private final Runnable heardSomething;
    private final Map<UUID, Announcement> heard = new HashMap<>();
    private long sequence;
    private @Nullable ITopic<String> topic;

    Announcements(String cluster, ClusterThread thread, Runnable heardSomething) {
        this.cluster = cluster;
        this.thread = thread;
        this.heardSomething = heardSomething;
    }

    void takePart(HazelcastInstance instance) {
        ITopic<String> announcements = instance.getTopic(TOPIC);
        announcements.addMessageListener(this::received);
        topic = announcements;
    }

    /** Tells every member of this one's services; nobody before this one has joined. */
    void publish(List<Service> own) {
        if (topic == null) {
            return;
        }
        try {
            topic.publish(new Announcement(++sequence, own).encode());
        } catch (HazelcastInstanceNotActiveException e) {
            LOG.log(INFO, "cluster {0}: not announced, the member is between two clusters", cluster);
        }
    }

    /** The services of another member, as far as it was heard. */
    List<Service> of(Member member) {
        Announcement announcement = heard.get(member.getUuid());
        return announcement == null
                ? List.of()
                : announcement.services().stream()
                        .map(service -> service.at(member.getAddress().getHost()))
                        .toList();
    }

    boolean areOf(Collection<Member> members) {
        return members.stream().allMatch(member -> member.localMember() || heard.containsKey(member.getUuid()));
    }

    void forgetAllBut(Collection<Member> members) {
        heard.keySet().retainAll(members.stream().map(Member::getUuid).collect(Collectors.toSet()));
    }

    private void received(Message<String> message) {
        Member from = message.getPublishingMember();
        if (from == null || from.localMember()) {
            return;
        }
        try {
            Announcement announcement = Announcement.decode(message.getMessageObject());
            thread.run(() -> hear(from, announcement));
        } catch (IllegalArgumentException e) {
            LOG.log(
                    WARNING,
                    "cluster {0}: {1} announced something that is not understood and was ignored: {2}",
                    cluster,
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
        heardSomething.run();
    }
}
