package org.keepsake.dist;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The fat jar under test and the way to run it. */
final class Product {

    static final Path JAR = Path.of(System.getProperty("app.jar", "target/app.jar"));
    static final Path LOGS = Path.of(System.getProperty("e2e.logs", "target/e2e"));
    static final String VERSION = System.getProperty("app.version", "0.1.0");

    /** What a process of a crowded test may take, so that many fit on a small machine. */
    static final List<String> SMALL = List.of("-Xmx192m", "-XX:+UseSerialGC");

    private Product() {}

    /** The command a stranger types. */
    static List<String> plain(List<String> options) {
        return with(Path.of(System.getProperty("java.home")), List.of(), options);
    }

    static List<String> small(List<String> options) {
        return with(Path.of(System.getProperty("java.home")), SMALL, options);
    }

    static List<String> with(Path javaHome, List<String> jvmOptions, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin/java").toString());
        command.addAll(jvmOptions);
        command.add("-jar");
        command.add(JAR.toString());
        command.addAll(options);
        return command;
    }
}
