/** Which stores may be believed: the view that the stores keep of themselves, and how the nodes agree on the next. */
@org.jspecify.annotations.NullMarked
package org.keepsake.node.session.view;
