package org.keepsake.node.memcached;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;

/** Speaks the text protocol as memcached does. */
final class TextTalk extends Talk {

    private String command = "";

    TextTalk(Socket client) throws IOException {
        super(client);
    }

    @Override
    String command() throws IOException {
        StringBuilder line = new StringBuilder();
        int b;
        while ((b = in().read()) >= 0 && b != '\n') {
            line.append((char) b);
        }
        if (b < 0) {
            throw new EOFException("end");
        }
        command = line.toString().strip();
        return command;
    }

    @Override
    byte[] value() throws IOException {
        byte[] value = in().readNBytes(Integer.parseInt(command.split(" ", -1)[4]));
        in().skipNBytes(2);
        return value;
    }

    @Override
    void found(String key, long cas, String value) throws IOException {
        String unique = command.startsWith("gets ") ? " " + cas : "";
        say("VALUE " + key + " 0 " + value.length() + unique + "\r\n" + value + "\r\nEND\r\n");
    }

    @Override
    void absent() throws IOException {
        say(command.startsWith("get") ? "END\r\n" : "NOT_FOUND\r\n");
    }

    @Override
    void stored() throws IOException {
        say("STORED\r\n");
    }

    @Override
    void outOfMemory() throws IOException {
        say("SERVER_ERROR out of memory storing object\r\n");
    }

    @Override
    void backendTimeout() throws IOException {
        say("SERVER_ERROR backend timeout\r\n");
    }

    @Override
    void version() throws IOException {
        say("VERSION 1.6.18\r\n");
    }

    @Override
    void stats(Map<String, String> stats) throws IOException {
        StringBuilder lines = new StringBuilder();
        stats.forEach((name, value) -> lines.append("STAT " + name + " " + value + "\r\n"));
        say(lines + "END\r\n");
    }
}
