package org.keepsake.dist.webapp;

import java.io.Serializable;

/** A value whose class is another one in the next version of the application. */
final class Profile implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String name;

    Profile(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }
}
