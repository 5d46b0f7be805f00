package org.keepsake.dist;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/**
 * The product's loaded classes (JEP 350), as its demo uses them: they spare every process of a test about half of the
 * work of starting. Made by the first process that is started, for one build of the jar.
 */
final class Archive {

    private static final Path FILE = Product.LOGS.resolveSibling("app.jsa");
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int PAGES = 5;

    private Archive() {}

    /** The options of a JVM that uses it. */
    static synchronized List<String> options() throws IOException {
        if (!isOfThisJar()) {
            make();
        }
        return List.of("-XX:SharedArchiveFile=" + FILE);
    }

    private static boolean isOfThisJar() throws IOException {
        return Files.exists(FILE)
                && Files.getLastModifiedTime(FILE).compareTo(Files.getLastModifiedTime(Product.JAR)) > 0;
    }

    /** Every role in one process, ended once it has served a few pages. */
    private static void make() throws IOException {
        Path unfinished = FILE.resolveSibling(
                FILE.getFileName() + "." + ProcessHandle.current().pid());
        InetSocketAddress balancer = Ports.freeAddress();
        try (Site site = Site.archiving("archive", List.of("-XX:ArchiveClassesAtExit=" + unfinished))) {
            Program program = site.run("all", site.small(site.everyRole(balancer)));
            Await.until(
                    "the page",
                    PATIENCE,
                    () -> Visit.parse(Browser.once(balancer, Visit.COUNT)).counter() == 1);
            for (int i = 0; i < PAGES; i++) {
                Visit unused = Visit.parse(Browser.once(balancer, Visit.COUNT));
            }
            program.terminate();
            int unused = program.exitCode(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the classes were archived", e);
        }
        Path unused = Files.move(unfinished, FILE, StandardCopyOption.ATOMIC_MOVE);
    }
}
