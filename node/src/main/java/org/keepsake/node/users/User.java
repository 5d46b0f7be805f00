package org.keepsake.node.users;

import io.undertow.security.idm.Account;
import java.security.Principal;
import java.util.Set;

/** A user who has proved who he is. Immutable. */
record User(String name, Set<String> roles) implements Account {

    User {
        roles = Set.copyOf(roles);
    }

    @Override
    public Principal getPrincipal() {
        return new Name(name);
    }

    @Override
    public Set<String> getRoles() {
        return roles;
    }

    /** What applications get from {@code getUserPrincipal}. */
    private record Name(String name) implements Principal {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
