package org.keepsake.node.session.transcoder;

/**
 * Makes one kind of transcoder: the service interface through which users add their own.
 *
 * <p>An implementation has a public constructor without parameters and is named in
 * {@code META-INF/services/org.keepsake.node.session.transcoder.TranscoderFactory}, in the application or in a jar in
 * {@code lib/} beside the program's jar. {@code --transcoder} then knows its name.
 */
public interface TranscoderFactory {

    /** What {@code --transcoder} calls it, and its attributes in a record: 1 to 32 of {@code [a-z0-9.-]}. */
    String name();

    /**
     * The transcoder of one application.
     *
     * @throws IllegalArgumentException if a setting does not fit, in one sentence
     */
    Transcoder create(TranscoderContext context);
}
