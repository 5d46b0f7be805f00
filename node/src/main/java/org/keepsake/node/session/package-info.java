@NullMarked
package org.keepsake.node.session;

import org.jspecify.annotations.NullMarked;
