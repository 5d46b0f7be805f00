@NullMarked
package org.keepsake.balancer.accesslog;

import org.jspecify.annotations.NullMarked;
