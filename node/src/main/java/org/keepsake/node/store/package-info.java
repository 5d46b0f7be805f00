/** What sessions need of any place that keeps them: values under keys, each replaced only by who has seen it. */
@NullMarked
package org.keepsake.node.store;

import org.jspecify.annotations.NullMarked;
