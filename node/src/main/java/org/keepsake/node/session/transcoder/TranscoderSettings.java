package org.keepsake.node.session.transcoder;

import java.util.List;

/**
 * What users may set of a transcoder, whichever it is. Immutable; checked when it is made.
 *
 * @param customConverters names of classes that teach the transcoder types it does not know; {@link Transcoders} says
 *     what each transcoder takes
 * @param copyCollections whether collections are copied before they are encoded, so that a request that changes one
 *     meanwhile does not break the encoding
 */
public record TranscoderSettings(List<String> customConverters, boolean copyCollections) {

    /** No converters, no copies. */
    public static final TranscoderSettings DEFAULTS = new TranscoderSettings(List.of(), false);

    public TranscoderSettings {
        customConverters = List.copyOf(customConverters);
        for (String name : customConverters) {
            if (!isClassName(name)) {
                throw new IllegalArgumentException("custom converter " + name + ": is no name of a class");
            }
        }
    }

    private static boolean isClassName(String name) {
        return !name.isEmpty()
                && Character.isJavaIdentifierStart(name.charAt(0))
                && name.chars().allMatch(c -> c == '.' || Character.isJavaIdentifierPart(c));
    }
}
