package org.keepsake.node.deploy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.zip.ZipException;

/** The JAR files of {@code WEB-INF/lib}. */
final class Library {

    private Library() {}

    /**
     * Opens one, for the version of Java that runs.
     *
     * @throws DeploymentFailed naming the library when it is no JAR file
     */
    static JarFile open(Path file) throws IOException {
        try {
            return new JarFile(file.toFile());
        } catch (ZipException e) {
            throw new DeploymentFailed("library " + file.getFileName() + ": not a zip file", e);
        }
    }
}
