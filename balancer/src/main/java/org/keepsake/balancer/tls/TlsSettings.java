package org.keepsake.balancer.tls;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.keepsake.balancer.bounds.Bounds;

/**
 * How the balancer speaks https.
 *
 * @param listen the address to serve it on; port 0 takes a free one
 * @param certificates at least one; a client that asks for a name that none has gets the first
 * @param http2 whether clients that know HTTP/2 get it
 * @param redirect the port to which requests that come by http are sent; empty to answer them as well
 * @param hsts what browsers are told to remember; empty for nothing
 */
public record TlsSettings(
        InetSocketAddress listen,
        List<CertificateFiles> certificates,
        boolean http2,
        OptionalInt redirect,
        Optional<Hsts> hsts) {

    public TlsSettings {
        certificates = List.copyOf(certificates);
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("tls-certificate: https needs one");
        }
        redirect.ifPresent(port -> Bounds.port("tls-redirect", port));
        if (listen.isUnresolved()) {
            throw new IllegalArgumentException("listen host " + listen.getHostString() + " has no address");
        }
    }

    /** With HTTP/2 and nothing told to browsers. */
    public static TlsSettings of(InetSocketAddress listen, List<CertificateFiles> certificates) {
        return new TlsSettings(listen, certificates, true, OptionalInt.empty(), Optional.empty());
    }
}
