@NullMarked
package org.keepsake.store;

import org.jspecify.annotations.NullMarked;
