package org.keepsake.node.session.transcoder;

/**
 * Teaches {@code flexjson} and {@code javolution} one type: named in {@code --custom-converter}. An implementation has a
 * public constructor without parameters and is thread-safe; any exception it throws means that the value cannot be
 * written, or made.
 *
 * @param <T> the type
 */
public interface ValueConverter<T> {

    /** The very class, not its subclasses. It need not be one that may travel otherwise: naming the converter allows it. */
    Class<T> type();

    /** The text that stands for a value. */
    String write(T value);

    /** The value that a text stands for. The text came from a store, so from anyone who can reach one. */
    T read(String text);
}
