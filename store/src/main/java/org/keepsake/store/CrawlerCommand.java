package org.keepsake.store;

import java.nio.charset.StandardCharsets;

/**
 * The {@code lru_crawler} commands (protocol.txt, "LRU_Crawler"), answered as memcached answers them. What has expired is
 * removed within a second here, asked for or not, so all that is left of a crawl is its answer.
 */
final class CrawlerCommand {

    private static final int CLASSES = 63;
    private static final long MAX_SLEEP_MICROS = 1_000_000;
    private static final long MAX_UINT = 0xffff_ffffL;

    private enum Selection {
        ALL,
        BY_HASH,
        OUR_CLASS,
        OTHER_CLASSES,
        INVALID,
        NOTHING
    }

    private final Server server;
    private final CommandLine line;

    CrawlerCommand(Server server, CommandLine line) {
        this.server = server;
        this.line = line;
    }

    /** Whether the answer is a {@link Metadump}. */
    boolean dumps() {
        return line.tokens() == 3
                && line.text(1).equals("metadump")
                && server.crawler()
                && switch (selection()) {
                    case ALL, BY_HASH, OUR_CLASS -> true;
                    case OTHER_CLASSES, INVALID, NOTHING -> false;
                };
    }

    /** Carries the command out, unless it {@link #dumps}, and returns the answer. */
    byte[] execute() {
        String command = line.tokens() > 1 ? line.text(1) : "";
        return switch (line.tokens()) {
            case 2 -> toggle(command);
            case 3 -> withArgument(command);
            default -> Reply.ERROR;
        };
    }

    private byte[] toggle(String command) {
        boolean before = server.crawler();
        switch (command) {
            case "enable" -> server.setCrawler(true);
            case "disable" -> server.setCrawler(false);
            default -> {
                return Reply.ERROR;
            }
        }
        return before && command.equals("enable") ? Reply.CRAWLER_ENABLED : Reply.OK;
    }

    private byte[] withArgument(String command) {
        return switch (command) {
            case "crawl" -> server.crawler() ? crawl() : Reply.CRAWLER_DISABLED;
            case "metadump" -> server.crawler() ? dumpNothing() : Reply.CRAWLER_DISABLED;
            case "tocrawl" -> line.isUnsigned(2, MAX_UINT) ? Reply.OK : Reply.BAD_FORMAT;
            case "sleep" -> sleep();
            default -> Reply.ERROR;
        };
    }

    private byte[] crawl() {
        return switch (selection()) {
            case ALL, OUR_CLASS, OTHER_CLASSES -> Reply.OK;
            case BY_HASH -> Reply.CRAWLER_FAILED;
            case INVALID -> Reply.BAD_CLASS;
            case NOTHING -> Reply.NO_CLASS;
        };
    }

    private byte[] dumpNothing() {
        return switch (selection()) {
            case INVALID -> Reply.BAD_CLASS;
            case NOTHING -> Reply.NO_CLASS;
            case ALL, BY_HASH, OUR_CLASS, OTHER_CLASSES -> Reply.END;
        };
    }

    private byte[] sleep() {
        if (!line.isUnsigned(2, MAX_UINT)) {
            return Reply.BAD_FORMAT;
        }
        return line.isUnsigned(2, MAX_SLEEP_MICROS) ? Reply.OK : Reply.BAD_SLEEP;
    }

    private Selection selection() {
        String classes = line.text(2);
        return switch (classes) {
            case "all" -> Selection.ALL;
            case "hash" -> Selection.BY_HASH;
            default -> selection(classes.split(",", -1));
        };
    }

    private static Selection selection(String[] classes) {
        Selection selection = Selection.NOTHING;
        for (String id : classes) {
            if (!id.isEmpty()) {
                byte[] digits = id.getBytes(StandardCharsets.ISO_8859_1);
                long number =
                        Decimal.isUnsigned(digits, 0, digits.length) ? Decimal.unsigned(digits, 0, digits.length) : 0;
                if (number < 1 || number > CLASSES) {
                    return Selection.INVALID;
                }
                boolean ours = number == Metadump.CLASS || selection == Selection.OUR_CLASS;
                selection = ours ? Selection.OUR_CLASS : Selection.OTHER_CLASSES;
            }
        }
        return selection;
    }
}
