/** What a user may write on the command line, in a configuration file and in the environment. */
@NullMarked
package org.keepsake.launcher.options;

import org.jspecify.annotations.NullMarked;
