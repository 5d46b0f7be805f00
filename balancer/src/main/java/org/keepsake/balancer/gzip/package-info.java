/** Compression of responses on their way to the client. */
@NullMarked
package org.keepsake.balancer.gzip;

import org.jspecify.annotations.NullMarked;
