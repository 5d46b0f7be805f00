package org.keepsake.node.session.transcoder;

/**
 * Finds transcoders by name.
 *
 * <p>What {@code --custom-converter} may name: for {@code java} nothing.
 */
public final class Transcoders {

    private Transcoders() {}

    /**
     * The transcoder that users call by this name.
     *
     * @param application where the classes of the objects are found, and transcoders that the application brings
     * @throws IllegalArgumentException if there is none of this name, a jar it needs is missing, or a setting does not
     *     fit it; the message is one sentence for the user
     */
    public static Transcoder named(String name, ClassLoader application, TranscoderSettings settings) {
        if (!name.equals("java")) {
            throw new IllegalArgumentException("transcoder " + name + ": is none of java");
        }
        return new JavaTranscoder(new TranscoderContext(application, settings));
    }
}
