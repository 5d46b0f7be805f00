package org.keepsake.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** A server of the memcached protocol: ours, or Debian's beside which ours is held. */
interface MemcachedServer extends AutoCloseable {

    InetSocketAddress address();

    @Override
    void close();

    default Client connect() throws IOException {
        return new Client(address());
    }

    static MemcachedServer ours() throws IOException {
        return ours(Store.start(TestConfigs.memory(64L << 20)));
    }

    static MemcachedServer ours(Store store) {
        return new MemcachedServer() {
            @Override
            public InetSocketAddress address() {
                return store.address();
            }

            @Override
            public void close() {
                store.close();
            }
        };
    }

    /** Skips the test when there is none. */
    static MemcachedServer debians(String... options) throws IOException {
        return debians(Map.of(), options);
    }

    /** With variables in its environment. */
    static MemcachedServer debians(Map<String, String> environment, String... options) throws IOException {
        Path program = Path.of("/usr/bin/memcached");
        Assumptions.assumeTrue(
                Files.isExecutable(program),
                "SKIPPED: " + program + " is missing, the store is not compared with memcached: apt install memcached");
        InetSocketAddress address = freeAddress();
        List<String> command = new ArrayList<>(List.of(program.toString(), "-l", "127.0.0.1", "-U", "0", "-t", "2"));
        command.addAll(List.of("-p", Integer.toString(address.getPort())));
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("-u", "nobody"));
        }
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        awaitListening(address, process);
        return new MemcachedServer() {
            @Override
            public InetSocketAddress address() {
                return address;
            }

            @Override
            public void close() {
                process.destroyForcibly();
            }
        };
    }

    private static InetSocketAddress freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }

    private static void awaitListening(InetSocketAddress address, Process process) throws IOException {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (true) {
            try {
                new Client(address).close();
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    process.destroyForcibly();
                    throw new IOException("memcached does not listen on " + address, e);
                }
                Thread.onSpinWait();
            }
        }
    }
}
