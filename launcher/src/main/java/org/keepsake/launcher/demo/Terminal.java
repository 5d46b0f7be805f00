package org.keepsake.launcher.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/** What the demo shows: plain lines, with colour only where a person sees them. Thread-safe. */
final class Terminal {

    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String END = "\u001b[0m";

    private final PrintStream out;
    private final boolean colour;

    Terminal(PrintStream out, boolean colour) {
        this.out = out;
        this.colour = colour;
    }

    /** Standard output; coloured when it is a terminal and NO_COLOR is not set (no-color.org). */
    @SuppressWarnings("SystemConsoleNull") // with the property set, null has its older meaning again
    static Terminal ofThisProcess() {
        // Newer Java versions have a console even where there is no terminal; this one asks for the older meaning.
        System.setProperty("jdk.console", "java.base");
        return new Terminal(System.out, System.console() != null && System.getenv("NO_COLOR") == null);
    }

    synchronized void line(String text) {
        out.println(text);
        out.flush();
    }

    void process(DemoProcess process) {
        String title = "%-10s".formatted(process.title());
        line("  %s  %-32s pid %d".formatted(painted(process.title(), title), process.address(), process.pid()));
    }

    void progress(String text) {
        line(in(DIM, "  " + text));
    }

    void event(String text) {
        line(in(BOLD, "* ") + text);
    }

    void ready(double seconds, DemoPlan plan, Optional<Duration> restartAfter) {
        DemoProcess node = plan.process("node A");
        DemoProcess store = plan.process("store m1");
        line("");
        line("%s after %.1f s. Open %s and reload: A and B take turns, the session stays."
                .formatted(in(BOLD, "Ready"), seconds, in(BOLD, plan.url())));
        line("");
        line("Try it:  kill -9 %-7d node A: the next request goes to B, session and visits are still there"
                .formatted(node.pid()));
        line("         kill -9 %-7d store m1: every session has its second copy on m2".formatted(store.pid()));
        line("");
        line(restartAfter
                .map(delay -> "A process that ends is started again after %s. Ctrl-C ends all five."
                        .formatted(DemoPlan.text(delay)))
                .orElse("A process that ends stays ended. Ctrl-C ends all five."));
    }

    private String painted(String title, String text) {
        return switch (title) {
            case "node A" -> in(GREEN, text);
            case "node B" -> in(RED, text);
            default -> text;
        };
    }

    private String in(String style, String text) {
        return colour ? style + text + END : text;
    }
}
