@NullMarked
package org.keepsake.node.memcached;

import org.jspecify.annotations.NullMarked;
