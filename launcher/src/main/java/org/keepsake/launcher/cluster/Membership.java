package org.keepsake.launcher.cluster;

import java.util.List;

/**
 * Everything the cluster offers at one moment, as one member sees it: immutable, numbered, replaced whole.
 *
 * @param version grows with each change on this member; says nothing to another member
 * @param complete whether every member of the cluster had been heard of at least once; before that, what is missing may
 *     well be there. Once it is true it stays so
 * @param services the services of all members, this process's own among them, in the order of role and name; of two
 *     with one name only the older member's
 */
public record Membership(long version, boolean complete, List<Service> services) {

    public Membership {
        services = List.copyOf(services);
    }

    /** The services of one role, in the order of their names. */
    public List<Service> of(Role role) {
        return services.stream().filter(service -> service.role() == role).toList();
    }
}
