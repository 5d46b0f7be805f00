/** Where sessions are kept: how records come out of the stores, go into them, and end. */
@NullMarked
package org.keepsake.node.session.repository;

import org.jspecify.annotations.NullMarked;
