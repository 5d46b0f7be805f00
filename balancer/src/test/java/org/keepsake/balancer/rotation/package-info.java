@NullMarked
package org.keepsake.balancer.rotation;

import org.jspecify.annotations.NullMarked;
