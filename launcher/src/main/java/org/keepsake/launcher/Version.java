package org.keepsake.launcher;

import java.util.Optional;

/** The version of this build. */
final class Version {

    private Version() {}

    /** As the jar's manifest says; {@code (not packaged)} where there is no jar. */
    static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("(not packaged)");
    }
}
