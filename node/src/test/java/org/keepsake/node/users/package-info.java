@NullMarked
package org.keepsake.node.users;

import org.jspecify.annotations.NullMarked;
