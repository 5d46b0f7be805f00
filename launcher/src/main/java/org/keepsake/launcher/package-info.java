@NullMarked
package org.keepsake.launcher;

import org.jspecify.annotations.NullMarked;
