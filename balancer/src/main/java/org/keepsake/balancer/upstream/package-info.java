/**
 * The upstream side of the balancer: HTTP/1.1 client connections on XNIO, kept alive per I/O thread, with strict parsing of
 * what comes back. Everything here is non-blocking and belongs to one I/O thread.
 */
@NullMarked
package org.keepsake.balancer.upstream;

import org.jspecify.annotations.NullMarked;
