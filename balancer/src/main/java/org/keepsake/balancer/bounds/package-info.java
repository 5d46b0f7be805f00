/** What settings of all kinds are held to. */
@NullMarked
package org.keepsake.balancer.bounds;

import org.jspecify.annotations.NullMarked;
