package org.keepsake.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What processes have used of the processors since they began: proc(5), {@code utime} and {@code stime}. */
final class CpuTime {

    /** {@code USER_HZ}, which Linux shows to programs as 100 on every machine. */
    private static final double TICKS_PER_SECOND = 100;

    private static final Pattern COMPILER = Pattern.compile("C[12] Compiler");

    /** Of one processor, for one server. */
    private static final double CALM = 0.1;

    private static final Duration LOOK = Duration.ofMillis(300);
    private static final Duration CALM_AFTER = Duration.ofSeconds(20);

    private static final int USER = 11;
    private static final int SYSTEM = 12;

    private CpuTime() {}

    static double seconds(Server... servers) throws IOException {
        double sum = 0;
        for (Server server : servers) {
            sum += seconds(server.program().pid());
        }
        return sum;
    }

    /** Waits until they use next to nothing: compilers get little of busy processors and go on when the load has ended. */
    static void awaitCalm(Server... servers) throws IOException {
        long until = System.nanoTime() + CALM_AFTER.toNanos();
        double before = seconds(servers);
        double used;
        do {
            LockSupport.parkNanos(LOOK.toNanos());
            double now = seconds(servers);
            used = now - before;
            before = now;
        } while (used > servers.length * CALM * LOOK.toMillis() / 1_000 && System.nanoTime() - until < 0);
    }

    /** What the compilers of JVMs have used. */
    static double compilers(Server... servers) throws IOException {
        double sum = 0;
        for (Server server : servers) {
            Path threads = Path.of("/proc", Long.toString(server.program().pid()), "task");
            try (Stream<Path> all = Files.list(threads)) {
                for (Path thread : all.toList()) {
                    sum += isCompiler(thread) ? seconds(thread) : 0;
                }
            }
        }
        return sum;
    }

    private static boolean isCompiler(Path thread) throws IOException {
        try {
            return COMPILER.matcher(Files.readString(thread.resolve("comm"))).lookingAt();
        } catch (NoSuchFileException ended) {
            return false;
        }
    }

    private static double seconds(long pid) throws IOException {
        return seconds(Path.of("/proc", Long.toString(pid)));
    }

    private static double seconds(Path processOrThread) throws IOException {
        String stat = Files.readString(processOrThread.resolve("stat"));
        // The name of the program stands in brackets and may hold anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) / TICKS_PER_SECOND;
    }
}
