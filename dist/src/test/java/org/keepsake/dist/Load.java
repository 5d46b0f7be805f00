package org.keepsake.dist;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A {@link LoadGenerator} that is running, and does as it is told. Not thread-safe. */
final class Load implements AutoCloseable {

    static final int USERS = 32;

    private final Process process;
    private final PrintStream tell;
    private final BufferedReader told;

    private Load(Process process) {
        this.process = process;
        this.tell = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
        this.told = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** Thirty-two users who are spread over the nodes, whose sessions were filled by a request for this path. */
    static Load on(List<Server> nodes, String filling, LoadGenerator.Habit habit) throws IOException {
        Path classes = Path.of(
                Load.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        Process process = new ProcessBuilder(
                        Product.JAVA_HOME.resolve("bin/java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        classes.toString(),
                        LoadGenerator.class.getName(),
                        nodes.stream()
                                .map(node -> Integer.toString(node.port()))
                                .collect(Collectors.joining(",")),
                        filling,
                        Integer.toString(USERS),
                        habit.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Load load = new Load(process);
        load.expect();
        return load;
    }

    /** Asks for a path so many times, and returns the requests a second. */
    double ask(String path, int times) throws IOException {
        tell.println(times + " " + path);
        return Double.parseDouble(expect());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private String expect() throws IOException {
        String line = told.readLine();
        if (line == null || line.startsWith("failed")) {
            throw new IOException("the load generator: " + line);
        }
        return line;
    }
}
