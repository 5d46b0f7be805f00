package org.keepsake.node.store;

/** Keys as names of files, and back: what a file system may not take in a name stands there as {@code ~} and two digits. */
final class FileNames {

    private static final String PLAIN = "._-%@+,=#";

    private FileNames() {}

    static String of(String key) {
        StringBuilder name = new StringBuilder(key.length() + 16);
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (plain || PLAIN.indexOf(c) >= 0) {
                name.append(c);
            } else {
                name.append("~%02x".formatted((int) c));
            }
        }
        return name.toString();
    }

    /** The key of a name; something that is no key if it is not a name of one. */
    static String key(String name) {
        StringBuilder key = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '~' && i + 2 < name.length()) {
                key.append((char)
                        (16 * Character.digit(name.charAt(i + 1), 16) + Character.digit(name.charAt(i + 2), 16)));
                i += 2;
            } else {
                key.append(c);
            }
        }
        return key.toString();
    }
}
