package org.keepsake.node.session;

/**
 * What nodes tell each other when a session goes on on another one, so that a heap copy is not trusted any more.
 * Nobody answers, and a message may be lost: what it says is found out at the stores by every request whose cookie
 * names another node. Thread-safe.
 */
public interface Takeovers {

    /** Another node serves a session from now on; cheap, called on any thread. */
    void told(String key);

    /** This node serves a session from now on: tells all others, without waiting. */
    void tell(String key);
}
