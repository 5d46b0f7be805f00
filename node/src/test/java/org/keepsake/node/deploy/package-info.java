@NullMarked
package org.keepsake.node.deploy;

import org.jspecify.annotations.NullMarked;
