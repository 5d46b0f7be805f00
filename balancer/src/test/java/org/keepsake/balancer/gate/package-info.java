@NullMarked
package org.keepsake.balancer.gate;

import org.jspecify.annotations.NullMarked;
