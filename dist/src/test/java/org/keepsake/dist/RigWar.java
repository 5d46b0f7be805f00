package org.keepsake.dist;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Packs the classes of {@code org.keepsake.dist.webapp} into WAR files that differ in a few other files. */
final class RigWar {

    private static final String PACKAGE = "org/keepsake/dist/webapp";
    private static final String CLASSES = "WEB-INF/classes/";

    private final Map<String, byte[]> files = new LinkedHashMap<>();

    /** It does not say that it is distributable, as most applications. */
    RigWar() throws IOException {
        Path root = Path.of(
                RigWar.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        try (Stream<Path> classes = Files.list(root.resolve(PACKAGE))) {
            for (Path file : classes.sorted().toList()) {
                files.put(CLASSES + PACKAGE + "/" + file.getFileName(), Files.readAllBytes(file));
            }
        }
        with("style.css", "body { color: #333 }\n");
    }

    RigWar with(String name, String content) {
        files.put(name, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Another class of the same name in the place of one of the package. */
    RigWar withClass(String simpleName, byte[] content) {
        files.put(CLASSES + PACKAGE + "/" + simpleName + ".class", content.clone());
        return this;
    }

    /** With its classes as Tomcat 9 needs them. */
    RigWar javax() throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (file.getKey().endsWith(".class")) {
                file.setValue(Javax.of(file.getValue()));
            }
        }
        return this;
    }

    void writeTo(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
    }
}
