/** Session records that only the nodes of one installation can read, or make. */
@NullMarked
package org.keepsake.node.session.secret;

import org.jspecify.annotations.NullMarked;
