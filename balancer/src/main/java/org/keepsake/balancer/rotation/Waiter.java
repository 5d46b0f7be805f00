package org.keepsake.balancer.rotation;

import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that asks for an upstream, and waits when all are full. An object may wait once.
 *
 * <p>It is told by whoever makes room, on that one's thread, and must be quick.
 */
public final class Waiter {

    private final List<Peer> tried;
    private final Preference preference;
    private final BiConsumer<Waiter, Choice> told;

    /** The one upstream it waits for; null for any. Guarded by the {@link Rotation}. */
    @Nullable
    Peer pinned;

    /**
     * @param tried those that have failed this request
     * @param told gets this object and a {@link Place}, or {@link Choice.Without#NOBODY}
     */
    public Waiter(Collection<Peer> tried, Preference preference, BiConsumer<Waiter, Choice> told) {
        this.tried = List.copyOf(tried);
        this.preference = preference;
        this.told = told;
    }

    List<Peer> tried() {
        return tried;
    }

    Preference preference() {
        return preference;
    }

    void tell(Choice choice) {
        told.accept(this, choice);
    }
}
