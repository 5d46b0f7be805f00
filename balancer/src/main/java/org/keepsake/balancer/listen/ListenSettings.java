package org.keepsake.balancer.listen;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.keepsake.balancer.gate.AddressRange;
import org.keepsake.balancer.tls.TlsSettings;

/**
 * Where clients come to and what is spoken with them.
 *
 * @param http the address to serve HTTP/1.1 on; port 0 takes a free one
 * @param tls the same for https; empty for http alone
 * @param acceptProxy addresses or CIDR ranges of proxies whose connections begin with a PROXY header
 * @param timeouts how long clients may take
 */
public record ListenSettings(
        InetSocketAddress http, Optional<TlsSettings> tls, List<String> acceptProxy, ClientTimeouts timeouts) {

    public ListenSettings {
        acceptProxy = List.copyOf(acceptProxy);
        if (http.isUnresolved()) {
            throw new IllegalArgumentException("listen host " + http.getHostString() + " has no address");
        }
        List<AddressRange> unused = AddressRange.parse("accept-proxy", acceptProxy);
    }

    /** Http alone, with nginx's times. */
    public static ListenSettings of(InetSocketAddress http) {
        return new ListenSettings(http, Optional.empty(), List.of(), ClientTimeouts.defaults());
    }

    public ListenSettings withTls(TlsSettings value) {
        return new ListenSettings(http, Optional.of(value), acceptProxy, timeouts);
    }

    public ListenSettings withAcceptProxy(List<String> value) {
        return new ListenSettings(http, tls, value, timeouts);
    }

    public ListenSettings withTimeouts(ClientTimeouts value) {
        return new ListenSettings(http, tls, acceptProxy, value);
    }
}
