@NullMarked
package org.keepsake.balancer.listen;

import org.jspecify.annotations.NullMarked;
