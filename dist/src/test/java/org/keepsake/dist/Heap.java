package org.keepsake.dist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a running JVM holds, after it was told to collect what it does not. */
final class Heap {

    /** The rows of {@code GC.heap_info}: each generation of the serial collector, the whole heap of the others. */
    private static final Pattern USED = Pattern.compile("(?:generation|heap) +total [0-9]+K, used ([0-9]+)K");

    private static final long KIB = 1024;

    private Heap() {}

    /** In bytes. */
    static long used(Server server) throws IOException, InterruptedException {
        String pid = Long.toString(server.program().pid());
        String unused = jcmd(pid, "GC.run");
        Matcher rows = USED.matcher(jcmd(pid, "GC.heap_info"));
        return rows.results()
                .mapToLong(row -> Long.parseLong(row.group(1)) * KIB)
                .sum();
    }

    /** All of them together. */
    static long used(List<Server> servers) throws IOException, InterruptedException {
        long sum = 0;
        for (Server server : servers) {
            sum += used(server);
        }
        return sum;
    }

    private static String jcmd(String pid, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        List.of(Product.JAVA_HOME.resolve("bin/jcmd").toString(), pid, command))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError("jcmd " + command + " failed: " + said);
        }
        return said;
    }
}
