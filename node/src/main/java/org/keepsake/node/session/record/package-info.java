/**
 * The session as it travels: one record with its attributes one by one, how two records of one session become one, and
 * the bytes they are kept as.
 */
@NullMarked
package org.keepsake.node.session.record;

import org.jspecify.annotations.NullMarked;
