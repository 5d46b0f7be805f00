/**
 * The transcoders that take objects apart themselves: {@code kryo}, {@code xstream}, {@code flexjson} and {@code
 * javolution}. They agree on what is taken apart and how ({@link Shape}), and differ in what the parts look like.
 *
 * <p>With the libraries they stand on they lie in {@code lib/} beside the program's jar, found as everybody's own
 * transcoders are: nothing outside this package knows it.
 */
@NullMarked
package org.keepsake.node.session.transcoder.graph;

import org.jspecify.annotations.NullMarked;
