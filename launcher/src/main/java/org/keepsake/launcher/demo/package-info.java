@NullMarked
package org.keepsake.launcher.demo;

import org.jspecify.annotations.NullMarked;
