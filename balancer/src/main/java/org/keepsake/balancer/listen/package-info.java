/**
 * The side that clients see: ports, and what a connection goes through until Undertow reads requests from it: the PROXY
 * protocol, TLS, and the choice between HTTP/1.1 and HTTP/2.
 */
@NullMarked
package org.keepsake.balancer.listen;

import org.jspecify.annotations.NullMarked;
