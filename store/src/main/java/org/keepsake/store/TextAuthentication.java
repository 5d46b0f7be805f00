package org.keepsake.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A client of the text protocol that must say who it is: by a set, of whatever key, whose data is "user password"
 * (protocol.txt, "Authentication"). Then it speaks the text protocol. Used by one event loop.
 */
final class TextAuthentication implements Protocol {

    /** More than a user and a password take; who announces or sends more is sent away. */
    private static final int MAX_LENGTH = 2048;

    private static final byte[] SET = {'s', 'e', 't'};
    private static final byte[] CRLF = {'\r', '\n'};
    private static final int SIZE = 4;

    private static final byte[] UNAUTHENTICATED = Reply.line("CLIENT_ERROR unauthenticated");
    private static final byte[] BAD_TERMINATION = Reply.line("CLIENT_ERROR bad command line termination");
    private static final byte[] BAD_TOKEN = Reply.line("CLIENT_ERROR bad authentication token format");
    private static final byte[] FAILURE = Reply.line("CLIENT_ERROR authentication failure");

    private final Credentials credentials;
    private final Statistics statistics;
    private final Output output;
    private final CommandLine line;
    private final Protocol protocol;
    private boolean authenticated;
    private boolean finished;

    /** Bytes of data to come, the line end included; -1 before a set has announced them. */
    private int announced = -1;

    TextAuthentication(
            Credentials credentials, Statistics statistics, Output output, CommandLine line, Protocol protocol) {
        this.credentials = credentials;
        this.statistics = statistics;
        this.output = output;
        this.line = line;
        this.protocol = protocol;
    }

    @Override
    public int consume(byte[] input, int from, int to) throws IOException {
        int at = from;
        while (!authenticated && !finished && !output.blocked()) {
            int next = announced < 0 ? readLine(input, at, to) : readData(input, at, to);
            if (next == at) {
                return at;
            }
            at = next;
        }
        return authenticated ? protocol.consume(input, at, to) : at;
    }

    private int readLine(byte[] input, int from, int to) throws IOException {
        int at = from;
        while (at < to && input[at] != '\n') {
            at++;
        }
        if (at == to) {
            finished = to - from > MAX_LENGTH;
            return from;
        }
        line.parse(input, from, at);
        if (line.tokens() <= SIZE || !line.is(0, SET) || !line.isUnsigned(SIZE, 0xffff_ffffL)) {
            output.write(UNAUTHENTICATED);
        } else {
            finished = line.unsigned(SIZE) > MAX_LENGTH;
            announced = (int) Math.min(line.unsigned(SIZE), MAX_LENGTH) + CRLF.length;
        }
        return at + 1;
    }

    private int readData(byte[] input, int from, int to) throws IOException {
        if (to - from < announced) {
            return from;
        }
        int end = from + announced;
        int dataEnd = end - CRLF.length;
        announced = -1;
        if (!Arrays.equals(input, dataEnd, end, CRLF, 0, CRLF.length)) {
            output.write(BAD_TERMINATION);
        } else {
            output.write(answer(new String(input, from, dataEnd - from, StandardCharsets.ISO_8859_1)));
        }
        return end;
    }

    private byte[] answer(String token) {
        String[] words = token.strip().split(" +", -1);
        if (words.length < 2) {
            return BAD_TOKEN;
        }
        statistics.count(Counter.AUTH_CMDS);
        authenticated = credentials.include(words[0], words[1]);
        if (!authenticated) {
            statistics.count(Counter.AUTH_ERRORS);
        }
        return authenticated ? Reply.STORED : FAILURE;
    }

    @Override
    public boolean finished() {
        return finished || protocol.finished();
    }

    @Override
    public int held() {
        return protocol.held();
    }

    @Override
    public String state() {
        return protocol.state();
    }
}
