package org.keepsake.dist;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The fat jar under test and the way to run it. */
final class Product {

    static final Path JAR = Path.of(System.getProperty("app.jar", "target/app.jar"));
    static final Path LOGS = Path.of(System.getProperty("e2e.logs", "target/e2e"));
    static final String VERSION = System.getProperty("app.version", "0.1.0");

    /** Which of the two JVMs that run tests this is, 0 or 1: the odd ports and networks are the one's, the even the other's. */
    static final int FORK = Integer.getInteger("fork", 1) % 2;

    static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    private Product() {}

    /** The command a stranger types. */
    static List<String> plain(List<String> options) {
        return with(JAVA_HOME, List.of(), options);
    }

    static List<String> with(Path javaHome, List<String> jvmOptions, List<String> options) {
        return with(javaHome, JAR, jvmOptions, options);
    }

    static List<String> with(Path javaHome, Path jar, List<String> jvmOptions, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin/java").toString());
        command.addAll(jvmOptions);
        command.add("-jar");
        command.add(jar.toString());
        command.addAll(options);
        return command;
    }
}
