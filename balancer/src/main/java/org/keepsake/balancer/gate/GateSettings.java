package org.keepsake.balancer.gate;

import java.util.List;
import java.util.Optional;
import org.keepsake.balancer.bounds.Bounds;

/**
 * What is refused. Immutable.
 *
 * @param allow addresses or CIDR ranges of those who may ask; empty for everybody
 * @param deny addresses or CIDR ranges of those who may not, although they are allowed
 * @param rate how often one client may ask; empty for as often as it likes
 * @param maxBodySize bytes of the body of a request at the most; 0 for any size
 */
public record GateSettings(List<String> allow, List<String> deny, Optional<Rate> rate, long maxBodySize) {

    /** Refuses nobody. */
    public static final GateSettings OPEN = new GateSettings(List.of(), List.of(), Optional.empty(), 0);

    public GateSettings {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        List<AddressRange> unused = AddressRange.parse("allow", allow);
        unused = AddressRange.parse("deny", deny);
        Bounds.notNegative("max-body-size", maxBodySize);
    }
}
