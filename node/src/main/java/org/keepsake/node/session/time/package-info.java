/** Time as sessions see it, passed in so that tests need not sleep. */
@org.jspecify.annotations.NullMarked
package org.keepsake.node.session.time;
