package org.keepsake.node.store;

/**
 * How an {@code add}, {@code set} or {@code cas} ended. Immutable.
 *
 * @param outcome what became of it
 * @param cas the CAS id of the value as it is now stored, when the outcome is OK and the protocol tells it (binary);
 *     otherwise 0
 * @param epoch the connection epoch in which the store answered, and in which {@code cas} means something; 0 without an
 *     answer
 */
public record Stored(Outcome outcome, long cas, long epoch) {}
