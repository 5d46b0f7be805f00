package org.keepsake.node.memcached;

/**
 * Which process with which memory answers behind a connection. Immutable.
 *
 * @param mark the value of the key {@link #KEY}, made up by the first node that met the store
 * @param pid the server's process number, from {@code stats}
 * @param start when it started, in seconds since 1970, from {@code stats}
 */
record Incarnation(String mark, long pid, long start) {

    /** Where the mark is kept. */
    static final String KEY = "i";

    /** {@code <mark>:<pid>:<start>}. */
    @Override
    public String toString() {
        return mark + ":" + pid + ":" + start;
    }
}
