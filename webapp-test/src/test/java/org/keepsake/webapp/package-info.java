@NullMarked
package org.keepsake.webapp;

import org.jspecify.annotations.NullMarked;
