@NullMarked
package org.keepsake.node;

import org.jspecify.annotations.NullMarked;
