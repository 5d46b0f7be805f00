/** Who may ask, how often, and how much may be sent: what is decided before any server is chosen. */
@NullMarked
package org.keepsake.balancer.gate;

import org.jspecify.annotations.NullMarked;
