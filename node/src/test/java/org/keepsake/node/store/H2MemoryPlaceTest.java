package org.keepsake.node.store;

/** A database in this process. */
class H2MemoryPlaceTest extends JdbcContract {

    @Override
    String url() {
        return "jdbc:h2:mem:sessions;DB_CLOSE_DELAY=-1";
    }
}
