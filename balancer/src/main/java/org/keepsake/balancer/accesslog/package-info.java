/** A line for each request, in nginx's combined format or as JSON, written by a thread of its own. */
@NullMarked
package org.keepsake.balancer.accesslog;

import org.jspecify.annotations.NullMarked;
