/** The admin port: HTTP for people, scripts and monitoring, with the JDK's own server. */
@NullMarked
package org.keepsake.launcher.admin;

import org.jspecify.annotations.NullMarked;
