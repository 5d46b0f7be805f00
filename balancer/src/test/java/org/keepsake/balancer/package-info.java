@NullMarked
package org.keepsake.balancer;

import org.jspecify.annotations.NullMarked;
