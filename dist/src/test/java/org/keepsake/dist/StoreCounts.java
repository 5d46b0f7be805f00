package org.keepsake.dist;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What stores have been asked since they started, by their own counts ({@code stats}, memcached's protocol.txt).
 *
 * @param gets keys that were read: a {@code gets} of two keys counts twice
 * @param sets stores of any kind, {@code cas} and {@code add} included
 * @param touches times a key's expiry was moved
 */
record StoreCounts(long gets, long sets, long touches) {

    static StoreCounts of(Server... stores) throws IOException {
        StoreCounts sum = new StoreCounts(0, 0, 0);
        for (Server store : stores) {
            sum = sum.plus(one(store));
        }
        return sum;
    }

    StoreCounts since(StoreCounts before) {
        return new StoreCounts(gets - before.gets, sets - before.sets, touches - before.touches);
    }

    long all() {
        return gets + sets + touches;
    }

    @Override
    public String toString() {
        return gets + " keys read, " + sets + " stored, " + touches + " touched";
    }

    private StoreCounts plus(StoreCounts other) {
        return new StoreCounts(gets + other.gets, sets + other.sets, touches + other.touches);
    }

    private static StoreCounts one(Server store) throws IOException {
        Map<String, String> stats = stats(store);
        return new StoreCounts(count(stats, "cmd_get"), count(stats, "cmd_set"), count(stats, "cmd_touch"));
    }

    private static long count(Map<String, String> stats, String name) {
        return Long.parseLong(stats.getOrDefault(name, "0"));
    }

    private static Map<String, String> stats(Server store) throws IOException {
        Map<String, String> stats = new HashMap<>();
        try (Socket socket = new Socket(store.address().getAddress(), store.port());
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            socket.getOutputStream().write("stats\r\n".getBytes(StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null && !line.equals("END"); line = in.readLine()) {
                String[] words = line.split(" ", 3);
                stats.put(words[1], words[2]);
            }
        }
        return stats;
    }
}
