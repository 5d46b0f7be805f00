@NullMarked
package org.keepsake.launcher.cluster;

import org.jspecify.annotations.NullMarked;
