package org.keepsake.launcher.options;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code --role=store}; the short ones are memcached's. The initial values are the defaults. */
public final class StoreOptions {

    @Option(
            names = {"-p", "--store-port"},
            paramLabel = "PORT",
            description = "the port (default: ${DEFAULT-VALUE})")
    public int port = 11211;

    @Option(names = "--store-name", paramLabel = "NAME", description = "the name, as --name; it stands in session ids")
    public @Nullable String name;

    @Option(
            names = {"-l", "--store-host"},
            paramLabel = "ADDRESS",
            description = "the address to bind (default: that of --host)")
    public @Nullable String host;

    @Option(
            names = {"-m", "--memory"},
            paramLabel = "SIZE",
            converter = Converters.OfMemory.class,
            description = "for all items together; a bare number is megabytes (default: 64m)")
    public long memory = 64L << 20;

    @Option(
            names = {"-c", "--max-connections"},
            paramLabel = "N",
            description = "simultaneous clients (default: ${DEFAULT-VALUE})")
    public int maxConnections = 1024;

    @Option(
            names = {"-I", "--max-item-size"},
            paramLabel = "SIZE",
            converter = Converters.OfItemSize.class,
            description = "of one item (default: 1m)")
    public int maxItemSize = 1 << 20;

    @Option(
            names = {"-t", "--threads"},
            paramLabel = "N",
            description = "event loops (default: ${DEFAULT-VALUE})")
    public int threads = 2;

    @Option(
            names = {"-Y", "--auth-file"},
            paramLabel = "FILE",
            description = "who may use the store, a line user:password for each (default: everybody)")
    public @Nullable Path authFile;

    @Option(names = "-v", description = "log each client's coming and going; -vv, as memcached's, says no more")
    public boolean[] verbose = {};
}
