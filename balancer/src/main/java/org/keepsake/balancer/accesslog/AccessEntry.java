package org.keepsake.balancer.accesslog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request when it has ended. Texts are as they came from the network. Immutable.
 *
 * @param endedAt milliseconds since 1970
 * @param client its address
 * @param user whom an {@code Authorization} of the kind Basic names, believed or not; null for nobody
 * @param host what it asked; null for none
 * @param method of the request
 * @param target of the request, with its query
 * @param protocol as {@code HTTP/1.1}
 * @param status of the response; 499 if the client went before there was one
 * @param bytes of the body of the response that were sent
 * @param referer null for none
 * @param agent null for none
 * @param upstreams that were tried, the last one answered or failed last; empty when none was
 * @param upstreamNanos from the first try to the head of the response; 0 when there was none
 * @param nanos from the head of the request to the end of the response
 */
public record AccessEntry(
        long endedAt,
        String client,
        @Nullable String user,
        @Nullable String host,
        String method,
        String target,
        String protocol,
        int status,
        long bytes,
        @Nullable String referer,
        @Nullable String agent,
        List<String> upstreams,
        long upstreamNanos,
        long nanos) {

    public AccessEntry {
        upstreams = List.copyOf(upstreams);
    }
}
