/**
 * The application that the behaviours of sessions are proved with; {@code RigWar} packs it. It shares
 * no class with the tests, which see it over HTTP only.
 */
@NullMarked
package org.keepsake.dist.webapp;

import org.jspecify.annotations.NullMarked;
