package org.keepsake.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** What processes have used of the processors since they began: proc(5), {@code utime} and {@code stime}. */
final class CpuTime {

    /** {@code USER_HZ}, which Linux shows to programs as 100 on every machine. */
    private static final double TICKS_PER_SECOND = 100;

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

    private static double seconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        // The name of the program stands in brackets and may hold anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) / TICKS_PER_SECOND;
    }
}
