/** The parts of {@link org.keepsake.node.session.SessionSettings}, values that know no other part of the node. */
@NullMarked
package org.keepsake.node.session.settings;

import org.jspecify.annotations.NullMarked;
