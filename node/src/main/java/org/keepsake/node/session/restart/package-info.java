/** Files in which the sessions of a node alone wait while it restarts, as in Tomcat's {@code SESSIONS.ser}. */
@NullMarked
package org.keepsake.node.session.restart;

import org.jspecify.annotations.NullMarked;
