package org.keepsake.node.session.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What of a session leaves the node, and in which form. Immutable; checked when it is made.
 *
 * @param transcoder the name of the transcoder, as {@code java} or {@code kryo}; whether there is one is found out when
 *     an application is deployed
 * @param customConverters class names that the transcoder is to load besides its own, one for each
 *     format it does not know by itself
 * @param copyCollections whether collections are copied before they are encoded, for applications that change them in
 *     other threads meanwhile
 * @param granularity what is encoded as one graph
 * @param attributes the names of attributes that leave the node; empty means all
 * @param keyPrefix what stands before the id in a key
 * @param secretFile the keys with which records are encrypted; empty means in the clear. Read for the whole node
 */
public record RecordSettings(
        String transcoder,
        List<String> customConverters,
        boolean copyCollections,
        Granularity granularity,
        Optional<Pattern> attributes,
        StorageKeyPrefix keyPrefix,
        Optional<Path> secretFile) {

    /** What is encoded as one graph. */
    public enum Granularity {
        /** Each attribute alone: only what changed is encoded, and concurrent changes of different ones both win. */
        ATTRIBUTE,
        /** All attributes together: an object that stands in two of them stays one object. */
        SESSION
    }

    private static final Pattern TRANSCODER = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern CLASS = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$.]{0,511}");

    public RecordSettings {
        customConverters = List.copyOf(customConverters);
        if (!TRANSCODER.matcher(transcoder).matches()) {
            throw new IllegalArgumentException(
                    "transcoder \"" + transcoder + "\": a name has 1 to 32 small letters, digits and -");
        }
        for (String converter : customConverters) {
            if (!CLASS.matcher(converter).matches()) {
                throw new IllegalArgumentException("custom converter \"" + converter + "\": is no name of a class");
            }
        }
    }

    /** Every attribute by itself, its collections copied, with Java serialization, in the clear, under context and version. */
    public static RecordSettings defaults() {
        return new RecordSettings(
                "java",
                List.of(),
                true,
                Granularity.ATTRIBUTE,
                Optional.empty(),
                StorageKeyPrefix.defaults(),
                Optional.empty());
    }

    /** Whether the attribute of this name leaves the node. */
    public boolean replicates(String name) {
        return attributes.isEmpty() || attributes.get().matcher(name).matches();
    }

    /** These settings with another transcoder. */
    public RecordSettings withTranscoder(String other) {
        return new RecordSettings(
                other, customConverters, copyCollections, granularity, attributes, keyPrefix, secretFile);
    }

    /** These settings with other classes for the transcoder to load. */
    public RecordSettings withCustomConverters(List<String> other) {
        return new RecordSettings(transcoder, other, copyCollections, granularity, attributes, keyPrefix, secretFile);
    }

    /** These settings with collections copied or not. */
    public RecordSettings withCopyCollections(boolean other) {
        return new RecordSettings(transcoder, customConverters, other, granularity, attributes, keyPrefix, secretFile);
    }

    /** These settings with another granularity. */
    public RecordSettings withGranularity(Granularity other) {
        return new RecordSettings(
                transcoder, customConverters, copyCollections, other, attributes, keyPrefix, secretFile);
    }

    /** These settings with other attributes that leave the node. */
    public RecordSettings withAttributes(Optional<Pattern> other) {
        return new RecordSettings(
                transcoder, customConverters, copyCollections, granularity, other, keyPrefix, secretFile);
    }

    /** These settings with another prefix of keys. */
    public RecordSettings withKeyPrefix(StorageKeyPrefix other) {
        return new RecordSettings(
                transcoder, customConverters, copyCollections, granularity, attributes, other, secretFile);
    }
}
