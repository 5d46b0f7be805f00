package org.keepsake.node.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jboss.jandex.CompositeIndex;
import org.jboss.jandex.DotName;
import org.jboss.jandex.Index;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.Indexer;

/**
 * What the classes of an application say without being loaded, per library. Only class files are read: {@code
 * module-info} and what is for a newer Java is passed over, and a file that is no class is the business of whoever loads
 * it.
 */
final class ClassIndex {

    /** API classes that stand between an application's classes and the interfaces initializers ask for. */
    private static final List<String> BRIDGES = List.of(
            "jakarta.servlet.GenericServlet",
            "jakarta.servlet.http.HttpServlet",
            "jakarta.servlet.GenericFilter",
            "jakarta.servlet.http.HttpFilter");

    private static final System.Logger LOG = System.getLogger(ClassIndex.class.getName());

    private static final Index NOTHING = new Indexer().complete();

    private final Index classes;
    private final Map<Path, Index> libraries = new HashMap<>();

    ClassIndex(ApplicationFiles files) throws IOException {
        Indexer own = new Indexer();
        for (Path file : FileTree.descendants(files.classes(), ".class")) {
            try (InputStream in = Files.newInputStream(file)) {
                index(own, in, file.toString());
            }
        }
        classes = own.complete();
        for (Path library : files.libraries()) {
            libraries.put(library, index(library));
        }
    }

    private static Index index(Path library) throws IOException {
        Indexer indexer = new Indexer();
        try (JarFile jar = Library.open(library)) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (entry.getName().endsWith(".class") && !entry.getName().startsWith("META-INF/")) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        index(indexer, in, jar.getName() + "!" + entry.getName());
                    }
                }
            }
        }
        return indexer.complete();
    }

    private static void index(Indexer indexer, InputStream in, String file) throws IOException {
        if (file.endsWith("module-info.class")) {
            return;
        }
        try {
            indexer.index(in);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException | IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: is no readable class file, passed over: {1}",
                    file,
                    e.getMessage());
        }
    }

    /** The classes of {@code WEB-INF/classes}. */
    Index classes() {
        return classes;
    }

    /** The classes of one library. */
    Index library(Path library) {
        return libraries.getOrDefault(library, NOTHING);
    }

    /** Everything, with what is needed to see that an {@code HttpServlet} is a {@code Servlet}. */
    Hierarchy hierarchy() throws IOException {
        Indexer bridges = new Indexer();
        for (String bridge : BRIDGES) {
            String resource = bridge.replace('.', '/') + ".class";
            try (InputStream in = ClassIndex.class.getClassLoader().getResourceAsStream(resource)) {
                if (in != null) {
                    bridges.index(in);
                }
            }
        }
        return new Hierarchy(
                CompositeIndex.create(all(bridges.complete())),
                BRIDGES.stream().map(DotName::createSimple).toList());
    }

    private List<IndexView> all(Index bridges) {
        List<IndexView> all = new ArrayList<>(libraries.values());
        all.add(classes);
        all.add(bridges);
        return all;
    }

    /** An index over all classes; those in {@code foreign} are no classes of the application. */
    record Hierarchy(IndexView index, List<DotName> foreign) {}
}
