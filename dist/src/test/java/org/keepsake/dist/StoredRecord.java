package org.keepsake.dist;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a store has of one session, read as anyone can who reaches the store (memcached's protocol.txt). */
final class StoredRecord {

    private StoredRecord() {}

    /** One character a byte. */
    static String of(Server store, String session) throws IOException {
        String key = ask(store, "lru_crawler metadump hash").stream()
                .filter(line -> line.startsWith("key=s") && line.contains(session))
                .map(line -> URLDecoder.decode(line.substring(4, line.indexOf(' ')), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow(() -> new AssertionError(store.program().name() + " has no session " + session));
        return String.join("\n", ask(store, "get " + key));
    }

    private static List<String> ask(Server store, String command) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Socket socket = new Socket(store.address().getAddress(), store.port());
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null && !line.equals("END"); line = in.readLine()) {
                lines.add(line);
            }
        }
        return lines;
    }
}
