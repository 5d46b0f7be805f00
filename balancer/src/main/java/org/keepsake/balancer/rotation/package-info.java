/**
 * Which server a request goes to: the servers there are, how well they are, how much they have to do, and the algorithms
 * that choose among them. Knows nothing of connections.
 */
@NullMarked
package org.keepsake.balancer.rotation;

import org.jspecify.annotations.NullMarked;
