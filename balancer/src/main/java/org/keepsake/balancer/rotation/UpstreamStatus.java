package org.keepsake.balancer.rotation;

/**
 * How an upstream fares. Immutable.
 *
 * @param upstream as it was configured
 * @param weight its share now, 1 to 1000
 * @param state what the operator wants
 * @param up whether it is believed to answer
 * @param active requests under way
 * @param requests all it was given since it came
 * @param failures of these that it did not answer, or not well
 */
public record UpstreamStatus(
        Upstream upstream, int weight, AdminState state, boolean up, int active, long requests, long failures) {}
