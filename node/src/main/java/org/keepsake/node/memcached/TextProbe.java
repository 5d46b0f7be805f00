package org.keepsake.node.memcached;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Speaks the text protocol, see protocol.txt. */
final class TextProbe extends Probe {

    private static final int LONGEST_LINE = 2048;
    private static final String ASKS_FOR_LOGIN = "CLIENT_ERROR unauthenticated";
    private static final Pattern MARK_HEADER = Pattern.compile("VALUE i [0-9]{1,10} [0-9]{1,3}");

    private String version() throws IOException {
        ask("version");
        return readLine();
    }

    private static boolean isVersion(String answer) {
        return answer.startsWith("VERSION ");
    }

    @Override
    boolean isUnderstood() throws IOException {
        String answer = version();
        return isVersion(answer) || answer.equals(ASKS_FOR_LOGIN);
    }

    @Override
    boolean login(Optional<Credentials> credentials) throws IOException {
        String answer = version();
        if (isVersion(answer)) {
            return false;
        }
        if (!answer.equals(ASKS_FOR_LOGIN)) {
            throw new IOException("no memcached: it does not answer version");
        }
        Credentials known = credentials.orElseThrow(LoginRefused::missing);
        write(TextProtocol.loginRequest(known));
        if (!readLine().equals("STORED")) {
            throw LoginRefused.of(known);
        }
        return true;
    }

    @Override
    Map<String, String> stats(String kind) throws IOException {
        ask(kind.isEmpty() ? "stats" : "stats " + kind);
        Map<String, String> stats = new HashMap<>();
        for (int i = 0; i < MOST_STATS; i++) {
            String[] words = readLine().split(" ", 3);
            if (!words[0].equals("STAT")) {
                return stats;
            }
            if (words.length == 3) {
                stats.put(words[1], words[2]);
            }
        }
        throw new IOException("no memcached: endless stats");
    }

    @Override
    @Nullable
    String mark() throws IOException {
        ask("get " + Incarnation.KEY);
        String line = readLine();
        if (line.equals("END")) {
            return null;
        }
        // A value with line ends in it is no mark, and ends this connection.
        String mark = MARK_HEADER.matcher(line).matches() ? readLine() : "";
        return readLine().equals("END") ? mark : "";
    }

    @Override
    void addMark(String mark) throws IOException {
        ask("add " + Incarnation.KEY + " 0 0 " + mark.length() + "\r\n" + mark);
        String line = readLine();
        if (!line.equals("STORED") && !line.equals("NOT_STORED")) {
            throw new IOException("it does not take the key i");
        }
    }

    void ask(String command) throws IOException {
        write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        int b;
        while ((b = read()) != '\n') {
            if (line.length() == LONGEST_LINE) {
                throw new IOException("no memcached: an endless line");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }
}
