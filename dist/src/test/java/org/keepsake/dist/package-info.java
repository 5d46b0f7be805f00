/**
 * The end-to-end tests: real processes started from the fat jar as a stranger would start them, then killed, frozen
 * and cut off while a crowd of browsers watches what becomes of its sessions.
 */
@NullMarked
package org.keepsake.dist;

import org.jspecify.annotations.NullMarked;
