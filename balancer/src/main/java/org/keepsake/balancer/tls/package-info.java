/** Certificates from PEM files, chosen by the name a client asks for, and TLS (RFC 8446, RFC 5246) with them. */
@NullMarked
package org.keepsake.balancer.tls;

import org.jspecify.annotations.NullMarked;
