package org.keepsake.node.deploy;

import java.util.List;
import java.util.Map;
import org.keepsake.node.library.LibraryFolder;
import org.keepsake.node.session.settings.RecordSettings;

/**
 * The libraries of {@code lib/} that an application's own converters speak to. They see the very classes the transcoder
 * uses, whatever version the application brings, because objects pass between the two.
 */
public final class LentLibraries {

    /** By transcoder: what its converters may name, and what that in turn does. */
    private static final Map<String, List<String>> PACKAGES = Map.of(
            "kryo", List.of("com.esotericsoftware.", "org.objenesis."),
            "xstream", List.of("com.thoughtworks.xstream."));

    private LentLibraries() {}

    /**
     * Lets an application see what its converters need, if it has any and its transcoder is one of those; to be called
     * before its sessions are made.
     *
     * @param application the class loader of an application that is being deployed
     */
    public static void lend(ClassLoader application, RecordSettings records) {
        List<String> packages = PACKAGES.getOrDefault(records.transcoder(), List.of());
        if (application instanceof ApplicationClassLoader own
                && !packages.isEmpty()
                && !records.customConverters().isEmpty()) {
            own.lend(LibraryFolder.loader(), packages);
        }
    }
}
