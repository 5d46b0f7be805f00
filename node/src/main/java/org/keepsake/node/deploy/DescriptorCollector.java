package org.keepsake.node.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/** Puts together what {@code web.xml}, the fragments and the annotations say (Servlet 6.0, section 8.2). */
final class DescriptorCollector {

    private static final String WEB_XML = "WEB-INF/web.xml";
    private static final String FRAGMENT_XML = "META-INF/web-fragment.xml";
    private static final List<String> WELCOME_FILES = List.of("index.html", "index.htm", "index.jsp");

    private final ApplicationFiles files;
    private final WebDescriptor web;

    /** Reads {@code web.xml}; an application may be without one. */
    DescriptorCollector(ApplicationFiles files) throws IOException {
        this.files = files;
        Path file = files.root().resolve(WEB_XML);
        if (Files.isRegularFile(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                this.web = WebDescriptorReader.read(in, WEB_XML);
            }
        } else {
            this.web = new WebDescriptor();
        }
    }

    /** Whether annotations are to be looked for. */
    boolean needsClasses() {
        return !web.metadataComplete;
    }

    /** The whole description of the application. */
    WebDescriptor collect(Optional<ClassIndex> index) throws IOException {
        if (needsClasses()) {
            addFragments(index);
        }
        if (web.welcomeFiles.isEmpty()) {
            web.welcomeFiles.addAll(WELCOME_FILES);
        }
        return web;
    }

    private void addFragments(Optional<ClassIndex> index) throws IOException {
        Map<String, WebDescriptor> fragments = new LinkedHashMap<>();
        Map<String, Path> jars = new LinkedHashMap<>();
        for (Path library : files.libraries()) {
            String name = String.valueOf(library.getFileName());
            fragments.put(name, fragment(library));
            jars.put(name, library);
        }
        if (index.isPresent()) {
            web.completeWith(AnnotatedComponents.read(index.get().classes()));
        }
        boolean allDistributable = web.distributable;
        for (String jar : FragmentOrder.sort(fragments, web.order)) {
            WebDescriptor fragment = fragments.getOrDefault(jar, new WebDescriptor());
            if (index.isPresent() && !fragment.metadataComplete) {
                fragment.completeWith(
                        AnnotatedComponents.read(index.get().library(jars.getOrDefault(jar, files.root()))));
            }
            web.completeWith(fragment);
            allDistributable &= fragment.distributable;
        }
        web.distributable = allDistributable;
    }

    /** The fragment a library carries; a library without one says nothing, and so nothing against distributing. */
    private static WebDescriptor fragment(Path library) throws IOException {
        try (JarFile jar = Library.open(library)) {
            ZipEntry entry = jar.getEntry(FRAGMENT_XML);
            if (entry == null) {
                WebDescriptor silent = new WebDescriptor();
                silent.distributable = true;
                return silent;
            }
            try (InputStream in = jar.getInputStream(entry)) {
                return WebDescriptorReader.read(in, library.getFileName() + "!" + FRAGMENT_XML);
            }
        }
    }
}
