package org.keepsake.dist;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Who keeps the sessions, and whether a node may trust its own copy of them. */
enum Setup {
    OUR_STORES(Keeper.OUR_STORES, false),
    OUR_STORES_STICKY(Keeper.OUR_STORES, true),
    MEMCACHED(Keeper.MEMCACHED, false),
    MEMCACHED_STICKY(Keeper.MEMCACHED, true),
    DELTA(Keeper.ALL_NODES, false),
    DELTA_STICKY(Keeper.ALL_NODES, true),
    BACKUP(Keeper.TWO_NODES, false),
    BACKUP_STICKY(Keeper.TWO_NODES, true),
    DIRECTORY(Keeper.DIRECTORY, false),
    DIRECTORY_STICKY(Keeper.DIRECTORY, true);

    private enum Keeper {
        OUR_STORES,
        MEMCACHED,
        ALL_NODES,
        TWO_NODES,
        DIRECTORY
    }

    private final Keeper keeper;
    private final boolean sticky;

    Setup(Keeper keeper, boolean sticky) {
        this.keeper = keeper;
        this.sticky = sticky;
    }

    /** Those in which two stores keep the sessions. */
    static Stream<Setup> ofStores() {
        return asked(Stream.of(values()).filter(Setup::hasStores));
    }

    /** With {@code -Dkeepsake.setups=DELTA,BACKUP} these alone of those there would be. */
    private static Stream<Setup> asked(Stream<Setup> all) {
        String names = System.getProperty("keepsake.setups", "");
        return names.isEmpty()
                ? all
                : all.filter(setup -> List.of(names.split(",")).contains(setup.name()));
    }

    /** The others: in a usual run each keeper, sticky or not. */
    static Stream<Setup> ofOthers() {
        return asked(
                Scale.LONG
                        ? Stream.of(values()).filter(setup -> !setup.hasStores())
                        : Stream.of(DELTA, BACKUP_STICKY, DIRECTORY));
    }

    static Stream<Setup> of(Setup... setups) {
        return asked(Stream.of(setups));
    }

    /** These, or in a long run all there are. */
    static Stream<Setup> orAll(Setup... usual) {
        return of(Scale.of(usual, values()));
    }

    /** Whether stores keep the sessions, processes of their own. */
    boolean hasStores() {
        return keeper == Keeper.OUR_STORES || keeper == Keeper.MEMCACHED;
    }

    /** Whether every node reaches what keeps the sessions, whatever becomes of the links between them. */
    boolean isShared() {
        return keeper == Keeper.DIRECTORY;
    }

    boolean isMemcached() {
        return keeper == Keeper.MEMCACHED;
    }

    boolean sticky() {
        return sticky;
    }

    /** Skips the test on a machine without memcached, where it is asked for. */
    void need() {
        if (isMemcached()) {
            Needs.program("memcached", "the Debian package memcached");
        }
    }

    /** Stores m1 and m2, or none. */
    List<Server> stores(Site site) throws IOException {
        return switch (keeper) {
            case OUR_STORES -> List.of(site.store("m1"), site.store("m2"));
            case MEMCACHED -> List.of(site.memcached("m1"), site.memcached("m2"));
            case ALL_NODES, TWO_NODES, DIRECTORY -> List.of();
        };
    }

    /** What the nodes must be told; our stores are found. */
    List<String> nodeOptions(Site site, List<Server> stores) {
        List<String> options = new ArrayList<>();
        switch (keeper) {
            case OUR_STORES -> {}
            case MEMCACHED -> options.add("--memcached-nodes=m1:" + at(stores.get(0)) + ",m2:" + at(stores.get(1)));
            case ALL_NODES -> options.add("--session-manager=delta");
            case TWO_NODES -> options.add("--session-manager=backup");
            case DIRECTORY -> {
                options.add("--session-manager=persistent");
                options.add("--persistent-store=file:" + site.temporary().resolve("sessions"));
            }
        }
        if (sticky) {
            options.add("--sticky");
        }
        return options;
    }

    private static String at(Server server) {
        return server.address().getHostString() + ":" + server.port();
    }
}
