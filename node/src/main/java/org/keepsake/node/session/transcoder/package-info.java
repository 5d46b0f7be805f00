/** How the values of session attributes become bytes and values again. */
@NullMarked
package org.keepsake.node.session.transcoder;

import org.jspecify.annotations.NullMarked;
