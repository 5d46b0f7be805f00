package org.keepsake.node.session.transcoder;

import java.util.List;

/**
 * What a transcoder knows of the application it works for. Immutable.
 *
 * <p>A transcoder asks {@link #allows} about every class before it makes an object of it, and before it encodes one: what
 * is read came from a store, so from anyone who can reach one.
 */
public final class TranscoderContext {

    private final ClassLoader application;
    private final TranscoderSettings settings;
    private final AllowedClasses allowed;

    TranscoderContext(ClassLoader application, TranscoderSettings settings) {
        this.application = application;
        this.settings = settings;
        this.allowed = new AllowedClasses(application);
    }

    /** Finds classes where the application finds them. */
    public ClassLoader classLoader() {
        return application;
    }

    /** Whether values of this class, or of an array of it, may travel. */
    public boolean allows(Class<?> type) {
        return allowed.allows(type);
    }

    /** Whether collections are to be copied before they are encoded. */
    public boolean copyCollections() {
        return settings.copyCollections();
    }

    /** The classes that users named to teach the transcoder more types. */
    public List<String> customConverters() {
        return settings.customConverters();
    }
}
