package org.keepsake.node.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.jasper.deploy.TagLibraryInfo;

/**
 * The tag libraries an application's JSPs can name (JSP 3.1, section 7.3): those {@code web.xml} maps, those below {@code
 * WEB-INF}, those in its libraries, and the standard tag library the node lends. The first one of a URI counts.
 */
final class TagLibraries {

    /** The descriptors of the standard tag library, by its names of today and of Jakarta EE 8 and before. */
    private static final List<String> STANDARD = List.of(
            "c",
            "fmt",
            "fn",
            "sql",
            "x",
            "permittedTaglibs",
            "scriptfree",
            "c-1_2",
            "fmt-1_1",
            "fn-1_1",
            "sql-1_1",
            "x-1_1",
            "permittedTaglibs-1_1",
            "scriptfree-1_1");

    /** By URI, and those of the application itself by their path as well; the JSP compiler casts to a HashMap. */
    private final HashMap<String, TagLibraryInfo> libraries = new HashMap<>();

    private final Set<String> listeners = new LinkedHashSet<>();

    /** Finds them all. */
    TagLibraries(ApplicationFiles files, Map<String, String> mapped) throws IOException {
        addOwn(files.root());
        mapped.forEach((uri, location) -> {
            String path = location.startsWith("/") ? location : "/WEB-INF/" + location;
            TagLibraryInfo library = libraries.get(path);
            if (library != null) {
                libraries.put(uri, library);
            }
        });
        for (Path library : files.libraries()) {
            addLibrary(library);
        }
        Standard.LIBRARIES.forEach(this::add);
    }

    private void addOwn(Path root) throws IOException {
        Path webInf = root.resolve("WEB-INF");
        for (Path file : FileTree.descendants(webInf, ".tld")) {
            if (!file.startsWith(webInf.resolve("classes")) && !file.startsWith(webInf.resolve("lib"))) {
                String path = "/" + root.relativize(file).toString().replace('\\', '/');
                try (InputStream in = Files.newInputStream(file)) {
                    TagLibraryInfo library = TagLibraryReader.read(in, path.substring(1));
                    library.setPath(path);
                    libraries.put(path, library);
                    add(library);
                }
            }
        }
    }

    private void addLibrary(Path file) throws IOException {
        try (JarFile jar = Library.open(file)) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (entry.getName().startsWith("META-INF/") && entry.getName().endsWith(".tld")) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        TagLibraryInfo library = TagLibraryReader.read(in, file.getFileName() + "!" + entry.getName());
                        // The JSP compiler finds tag files of the library by these two.
                        library.setLocation("/WEB-INF/lib/" + file.getFileName());
                        library.setPath(entry.getName());
                        add(library);
                        if (entry.getName().equals("META-INF/taglib.tld")) {
                            libraries.putIfAbsent(library.getLocation(), library);
                        }
                    }
                }
            }
        }
    }

    /** Read once for all applications; the JSP compiler only reads them. */
    private static final class Standard {

        static final List<TagLibraryInfo> LIBRARIES = STANDARD.stream()
                .map(name -> read("META-INF/" + name + ".tld"))
                .flatMap(Optional::stream)
                .toList();

        private static Optional<TagLibraryInfo> read(String resource) {
            try (InputStream in = TagLibraries.class.getClassLoader().getResourceAsStream(resource)) {
                if (in == null) {
                    return Optional.empty();
                }
                TagLibraryInfo library = TagLibraryReader.read(in, resource);
                library.setPath("/" + resource);
                return Optional.of(library);
            } catch (IOException e) {
                throw new UncheckedIOException("the standard tag library cannot be read", e);
            }
        }
    }

    private void add(TagLibraryInfo library) {
        if (library.getUri() != null && libraries.putIfAbsent(library.getUri(), library) == null) {
            listeners.addAll(List.of(library.getListeners()));
        }
    }

    Map<String, TagLibraryInfo> byUri() {
        return libraries;
    }

    /** Listeners the descriptors declare, which are listeners of the application. */
    Set<String> listeners() {
        return listeners;
    }
}
