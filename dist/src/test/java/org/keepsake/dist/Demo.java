package org.keepsake.dist;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The demo as its user sees it: by the lines it prints. Closing it takes its logs along and leaves nothing of it. */
final class Demo implements AutoCloseable {

    private static final List<String> NAMES = List.of("balancer", "A", "B", "m1", "m2");
    private static final Duration START = Duration.ofSeconds(40);

    private final Program program;
    private final Path logs;
    private final long begun = System.nanoTime();

    private Demo(Program program, Path logs) {
        this.program = program;
        this.logs = logs;
    }

    static Demo start(Site site, String... more) throws IOException {
        List<String> options = new ArrayList<>(site.cluster());
        options.addAll(List.of(more));
        return new Demo(site.run("demo", Product.plain(options)), site.logs());
    }

    Program program() {
        return program;
    }

    /** Waits until the page is there; how many seconds that took since the start. */
    double awaitPage() throws InterruptedException {
        Await.until("the page", START, () -> Browser.once(balancer(), "/test/").status() == 200);
        return (System.nanoTime() - begun) / 1e9;
    }

    void awaitServing() throws InterruptedException {
        awaitPage();
        Site.awaitInRotation(balancer(), "A", "B");
    }

    InetSocketAddress balancer() {
        return Ports.local((int) last("balancer.*http://[^/ ]*:(\\d+)"));
    }

    /** The process that now goes by this name. */
    long pid(String name) {
        return last("\\b" + name + "\\b.*\\bpid (\\d+)");
    }

    Set<Long> pids() {
        Set<Long> pids = new TreeSet<>();
        NAMES.forEach(name -> pids.add(pid(name)));
        return pids;
    }

    /** Ends the demo and moves its folder of logs to those of the test. */
    @Override
    public void close() throws IOException {
        program.close();
        Matcher folder = Pattern.compile("logs in (/[^)]+)\\)").matcher(program.out());
        if (folder.find()) {
            Path from = Path.of(folder.group(1));
            try (Stream<Path> files = Files.list(from)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.move(file, logs.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            try (Stream<Path> rest = Files.walk(from)) {
                for (Path path : rest.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private long last(String pattern) {
        List<MatchResult> found =
                Pattern.compile(pattern).matcher(program.out()).results().toList();
        if (found.isEmpty()) {
            throw new IllegalStateException("the demo has not printed " + pattern + " yet");
        }
        return Long.parseLong(found.get(found.size() - 1).group(1));
    }
}
