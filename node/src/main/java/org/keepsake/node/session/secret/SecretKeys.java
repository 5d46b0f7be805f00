package org.keepsake.node.session.secret;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a secret file says. Immutable.
 *
 * @param keys at least one; the first for new records, all to read with
 * @param plain what happens to records that are not encrypted
 */
record SecretKeys(List<SecretKey> keys, Plain plain) {

    /** What happens to records that are not encrypted. */
    enum Plain {
        /** New records are not encrypted yet: the first step of switching encryption on. */
        WRITE,
        /** Old ones are read, new ones are encrypted: the second step. */
        ACCEPT,
        /** They are not read: a stranger may have put them there. */
        REFUSE
    }

    private static final int MOST_KEYS = 100;
    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9._-]{1,32})\\s*:\\s*(\\S+)");

    SecretKeys {
        keys = List.copyOf(keys);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("has no key: it needs a line <id>:<32 bytes in base64 or hex>");
        }
        if (keys.size() > MOST_KEYS) {
            throw new IllegalArgumentException("has " + keys.size() + " keys: more than " + MOST_KEYS);
        }
        for (int i = 0; i < keys.size(); i++) {
            String id = keys.get(i).id();
            if (keys.subList(0, i).stream().anyMatch(earlier -> earlier.id().equals(id))) {
                throw new IllegalArgumentException("has key " + id + " twice");
            }
        }
    }

    SecretKey newest() {
        return keys.get(0);
    }

    Optional<SecretKey> named(String id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    /**
     * Reads the lines of a secret file.
     *
     * @throws IllegalArgumentException if they are not as {@link SessionSecret} says; no message shows a key
     */
    static SecretKeys parse(List<String> lines) {
        List<SecretKey> keys = new ArrayList<>();
        Plain plain = Plain.REFUSE;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("line " + (i + 1) + ": is not <id>:<32 bytes in base64 or hex>");
            }
            if (matcher.group(1).equals("plain")) {
                plain = plain(i + 1, matcher.group(2));
            } else {
                keys.add(key(i + 1, matcher.group(1), matcher.group(2)));
            }
        }
        return new SecretKeys(keys, plain);
    }

    private static Plain plain(int line, String value) {
        return switch (value) {
            case "write" -> Plain.WRITE;
            case "accept" -> Plain.ACCEPT;
            case "refuse" -> Plain.REFUSE;
            default -> throw new IllegalArgumentException("line " + line + ": plain is one of write, accept, refuse");
        };
    }

    private static SecretKey key(int line, String id, String value) {
        try {
            byte[] bytes = value.length() == 2 * SecretKey.LENGTH
                    ? HexFormat.of().parseHex(value)
                    : Base64.getDecoder().decode(value);
            return new SecretKey(id, bytes);
        } catch (IllegalArgumentException e) {
            // The cause may show what was typed.
            throw new IllegalArgumentException(
                    "line " + line + ": key " + id + " is not 32 bytes in base64 or hex (openssl rand -hex 32)");
        }
    }
}
