package org.keepsake.dist.webapp;

/** What no session can take along. */
final class Unserializable {

    @Override
    public String toString() {
        return "unserializable";
    }
}
