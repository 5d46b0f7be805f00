@NullMarked
package org.keepsake.balancer.upstream;

import org.jspecify.annotations.NullMarked;
