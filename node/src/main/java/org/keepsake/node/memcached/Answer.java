package org.keepsake.node.memcached;

/** Where an operation puts what the store answered; the first answer counts. Called on the I/O thread of the store. */
@FunctionalInterface
interface Answer<T> {
    void is(T answer);
}
