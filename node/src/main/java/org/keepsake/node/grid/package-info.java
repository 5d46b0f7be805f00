/** Sessions in the memory of the nodes themselves, by Hazelcast: the one place of the node that knows it. */
@NullMarked
package org.keepsake.node.grid;

import org.jspecify.annotations.NullMarked;
