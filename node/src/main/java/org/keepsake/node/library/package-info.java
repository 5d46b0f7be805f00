/** The jars that users, and the transcoders that need many classes, put beside the program's own. */
@NullMarked
package org.keepsake.node.library;

import org.jspecify.annotations.NullMarked;
