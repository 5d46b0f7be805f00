@NullMarked
package org.keepsake.balancer.tls;

import org.jspecify.annotations.NullMarked;
