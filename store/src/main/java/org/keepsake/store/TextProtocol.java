package org.keepsake.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The text protocol as memcached 1.6 speaks it (protocol.txt). Used by one event loop. */
final class TextProtocol extends CommandLoop {

    /** A line this long without an end is no command, unless it is a retrieval of many keys. */
    private static final int MAX_LINE = 2048;

    private static final int MAX_RETRIEVAL_LINE = 4 << 20;
    private static final int MAX_LEADING_SPACES = 100;
    private static final int MAX_COMMAND_LENGTH = 11;
    private static final long MAX_FLAGS = 0xffff_ffffL;
    private static final int MAX_ANNOUNCED = Integer.MAX_VALUE - 2;

    private static final byte[] NOREPLY = "noreply".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] ZERO = {'0'};
    private static final byte[] HTTP = "HTTP/".getBytes(StandardCharsets.ISO_8859_1);

    /** Shared by the connections of one event loop. */
    private final CommandLine line;

    /** So many bytes at the start of an incomplete line are known to contain no line end. */
    private int scanned;

    /** Whether the command being carried out wants no answer. */
    private boolean noreply;

    TextProtocol(Server server, Output output, CommandLine line) {
        super(server, output);
        this.line = line;
    }

    @Override
    int readCommand(byte[] input, int from, int to) throws IOException {
        int at = from + scanned;
        while (at < to && input[at] != '\n') {
            at++;
        }
        if (at == to) {
            scanned = to - from;
            if (tooLong(input, from, to)) {
                finish();
            }
            return from;
        }
        scanned = 0;
        line.parse(input, from, at);
        execute();
        return at + 1;
    }

    private static boolean tooLong(byte[] input, int from, int to) {
        if (to - from <= MAX_LINE) {
            return false;
        }
        int start = CommandLine.skipSpaces(input, from, to);
        int end = CommandLine.endOfToken(input, start, Math.min(to, start + MAX_COMMAND_LENGTH));
        String command = new String(input, start, end - start, StandardCharsets.ISO_8859_1);
        return to - from > MAX_RETRIEVAL_LINE || start - from > MAX_LEADING_SPACES || !isRetrieval(command);
    }

    private static boolean isRetrieval(String command) {
        return switch (command) {
            case "get", "gets", "gat", "gats" -> true;
            default -> false;
        };
    }

    private void execute() throws IOException {
        int tokens = line.tokens();
        noreply = tokens > 1 && line.is(tokens - 1, NOREPLY);
        switch (tokens > 0 && line.length(0) <= MAX_COMMAND_LENGTH ? line.text(0) : "") {
            case "get" -> get(false);
            case "gets" -> get(true);
            case "gat" -> getAndTouch(false);
            case "gats" -> getAndTouch(true);
            case "set" -> store(StorageMode.SET);
            case "add" -> store(StorageMode.ADD);
            case "replace" -> store(StorageMode.REPLACE);
            case "append" -> store(StorageMode.APPEND);
            case "prepend" -> store(StorageMode.PREPEND);
            case "cas" -> store(StorageMode.CAS);
            case "delete" -> delete();
            case "incr" -> arithmetic(true);
            case "decr" -> arithmetic(false);
            case "touch" -> touch();
            case "flush_all" -> flushAll();
            case "stats" -> stats();
            case "version" -> output.write(Reply.line("VERSION " + StatsReport.VERSION));
            case "verbosity" -> verbosity();
            case "shutdown" -> output.write(Reply.SHUTDOWN_NOT_ENABLED);
            case "lru_crawler" -> lruCrawler();
            case "quit" -> finish();
            default -> unknown();
        }
    }

    /** Does not talk to web browsers: a page could make one send commands here. */
    private void unknown() throws IOException {
        int last = line.tokens() - 1;
        if (last >= 2 && line.startsWith(last, HTTP)) {
            finish();
        } else {
            output.write(Reply.ERROR);
        }
    }

    private void get(boolean withCas) throws IOException {
        if (line.tokens() < 2) {
            output.write(Reply.ERROR);
        } else {
            start(Retrieval.get(cache, withCas, line, 1));
        }
    }

    private void getAndTouch(boolean withCas) throws IOException {
        if (line.tokens() < 2) {
            output.write(Reply.ERROR);
        } else if (!line.isSigned(1)) {
            output.write(Reply.BAD_EXPTIME);
        } else if (line.tokens() == 2) {
            output.write(Reply.END);
        } else {
            start(Retrieval.getAndTouch(cache, withCas, line.signed(1), line, 2));
        }
    }

    private void start(Retrieval keys) throws IOException {
        if (keys.wellFormed()) {
            answer(keys);
        } else {
            output.write(Reply.BAD_FORMAT);
        }
    }

    private void store(StorageMode mode) throws IOException {
        int needed = mode == StorageMode.CAS ? 6 : 5;
        if (line.tokens() < needed || line.tokens() > needed + 1) {
            output.write(Reply.ERROR);
        } else if (!isStorageLine(mode)) {
            reply(Reply.BAD_FORMAT);
        } else if (!admits(mode, line.key(1), line.unsigned(4), Upload.LINE_END)) {
            reply(Reply.TOO_LARGE);
        } else {
            receive(upload(mode));
        }
    }

    private Upload upload(StorageMode mode) {
        int flags = (int) line.unsigned(2);
        int length = (int) line.unsigned(4);
        long casUnique = mode == StorageMode.CAS ? line.unsigned(5) : 0;
        return Upload.ofLine(mode, line.key(1), flags, line.signed(3), length, casUnique, noreply);
    }

    private boolean isStorageLine(StorageMode mode) {
        return line.hasKey(1)
                && line.isUnsigned(2, MAX_FLAGS)
                && line.isSigned(3)
                && line.isUnsigned(4, MAX_ANNOUNCED)
                && (mode != StorageMode.CAS || line.isUnsigned(5));
    }

    @Override
    void refuseForMemory(Upload received) throws IOException {
        noreply = received.noreply;
        reply(Reply.OUT_OF_MEMORY);
    }

    @Override
    void complete(Upload received) throws IOException {
        noreply = received.noreply;
        if (!received.terminated()) {
            reply(Reply.BAD_DATA_CHUNK);
            return;
        }
        reply(Reply.of(received.storeIn(cache).result()));
    }

    private void delete() throws IOException {
        int tokens = line.tokens();
        noreply &= tokens > 2;
        if (tokens < 2 || tokens > 4) {
            output.write(Reply.ERROR);
        } else if (!isDeleteLine(tokens)) {
            reply(Reply.BAD_DELETE);
        } else if (!line.hasKey(1)) {
            reply(Reply.BAD_FORMAT);
        } else {
            reply(Reply.of(cache.delete(line.key(1), 0)));
        }
    }

    /** A time of 0 is allowed: clients of old times send it. */
    private boolean isDeleteLine(int tokens) {
        return switch (tokens) {
            case 2 -> true;
            case 3 -> noreply || line.is(2, ZERO);
            default -> noreply && line.is(2, ZERO);
        };
    }

    private void arithmetic(boolean increment) throws IOException {
        if (line.tokens() < 3 || line.tokens() > 4) {
            output.write(Reply.ERROR);
        } else if (!line.hasKey(1)) {
            reply(Reply.BAD_FORMAT);
        } else if (!line.isUnsigned(2)) {
            reply(Reply.BAD_DELTA);
        } else {
            reply(cache.add(line.key(1), Delta.of(increment, line.unsigned(2))));
        }
    }

    private void reply(Arithmetic result) throws IOException {
        switch (result.status()) {
            case DONE -> reply(Reply.line(Long.toUnsignedString(result.value())));
            case NOT_FOUND -> reply(Reply.NOT_FOUND);
            case EXISTS -> reply(Reply.EXISTS);
            case NON_NUMERIC -> reply(Reply.NON_NUMERIC);
        }
    }

    private void touch() throws IOException {
        if (line.tokens() < 3 || line.tokens() > 4) {
            output.write(Reply.ERROR);
        } else if (!line.hasKey(1)) {
            reply(Reply.BAD_FORMAT);
        } else if (!line.isSigned(2)) {
            reply(Reply.BAD_EXPTIME);
        } else {
            reply(cache.touch(line.key(1), line.signed(2)) == null ? Reply.NOT_FOUND : Reply.TOUCHED);
        }
    }

    private void flushAll() throws IOException {
        boolean delayed = line.tokens() > (noreply ? 2 : 1);
        if (line.tokens() > 3) {
            output.write(Reply.ERROR);
        } else if (delayed && !line.isSigned(1)) {
            reply(Reply.BAD_EXPTIME);
        } else {
            cache.flushAll(delayed ? line.signed(1) : 0);
            reply(Reply.OK);
        }
    }

    private void verbosity() throws IOException {
        if (line.tokens() < 2 || line.tokens() > 3) {
            output.write(Reply.ERROR);
        } else if (!line.isUnsigned(1, MAX_FLAGS)) {
            reply(Reply.BAD_FORMAT);
        } else {
            server.setVerbosity((int) Math.min(line.unsigned(1), Integer.MAX_VALUE));
            reply(Reply.OK);
        }
    }

    private void stats() throws IOException {
        StatsReport report = new StatsReport(server);
        String section = line.tokens() == 1 ? "" : line.text(1);
        if (section.equals("reset")) {
            server.statistics.reset();
            output.write(Reply.RESET);
        } else if (report.add(section)) {
            output.write(report.toText());
        } else {
            output.write(Reply.ERROR);
        }
    }

    private void lruCrawler() throws IOException {
        CrawlerCommand command = new CrawlerCommand(server, line);
        if (command.dumps()) {
            answer(new Metadump(server));
        } else {
            output.write(command.execute());
        }
    }

    private void reply(byte[] answer) throws IOException {
        if (!noreply) {
            output.write(answer);
        }
    }
}
