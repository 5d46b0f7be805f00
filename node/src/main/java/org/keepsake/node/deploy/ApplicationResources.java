package org.keepsake.node.deploy;

import io.undertow.server.handlers.resource.PathResourceManager;
import io.undertow.server.handlers.resource.Resource;
import io.undertow.server.handlers.resource.ResourceChangeListener;
import io.undertow.server.handlers.resource.ResourceManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * What an application serves as it is: its own files, then {@code META-INF/resources} of its libraries in order (Servlet
 * 6.0, section 4.6). A symbolic link below these folders is never followed. Thread-safe.
 */
final class ApplicationResources implements ResourceManager {

    private static final String PREFIX = "META-INF/resources/";

    /** Files of at least this many bytes go to the socket without passing through the heap. */
    private static final int TRANSFER_MIN_SIZE = 16 * 1024;

    private final List<ResourceManager> layers;

    private ApplicationResources(List<ResourceManager> layers) {
        this.layers = layers;
    }

    /** Copies the resources of the libraries into the work folder, where they are served from like any other file. */
    static ApplicationResources of(ApplicationFiles files) throws IOException {
        List<ResourceManager> layers = new ArrayList<>();
        layers.add(folder(files.root()));
        Path target = files.work().resolve("resources");
        FileTree.delete(target);
        for (Path library : files.libraries()) {
            Path folder = target.resolve(String.valueOf(library.getFileName()));
            if (copy(library, folder)) {
                layers.add(folder(folder));
            }
        }
        return new ApplicationResources(List.copyOf(layers));
    }

    private static ResourceManager folder(Path folder) {
        return PathResourceManager.builder()
                .setBase(folder)
                .setTransferMinSize(TRANSFER_MIN_SIZE)
                .setFollowLinks(false)
                .setAllowResourceChangeListeners(false)
                .build();
    }

    private static boolean copy(Path library, Path folder) throws IOException {
        boolean copied = false;
        try (JarFile jar = Library.open(library)) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (!entry.isDirectory() && entry.getName().startsWith(PREFIX)) {
                    copied |= copy(jar, entry, folder);
                }
            }
        }
        return copied;
    }

    private static boolean copy(JarFile jar, JarEntry entry, Path folder) throws IOException {
        Path file = folder.resolve(entry.getName().substring(PREFIX.length())).normalize();
        Path parent = file.getParent();
        if (!file.startsWith(folder) || parent == null) {
            throw new DeploymentFailed(jar.getName() + ": entry " + entry.getName() + " leaves " + PREFIX);
        }
        Files.createDirectories(parent);
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, file);
        }
        if (entry.getLastModifiedTime() != null) {
            Files.setLastModifiedTime(file, entry.getLastModifiedTime());
        }
        return true;
    }

    @Override
    public @Nullable Resource getResource(String path) throws IOException {
        List<Resource> folders = new ArrayList<>();
        for (ResourceManager layer : layers) {
            Resource found = layer.getResource(path);
            if (found != null && !found.isDirectory()) {
                return folders.isEmpty() ? found : new MergedFolder(folders);
            }
            if (found != null) {
                folders.add(found);
            }
        }
        return switch (folders.size()) {
            case 0 -> null;
            case 1 -> folders.get(0);
            default -> new MergedFolder(folders);
        };
    }

    @Override
    public boolean isResourceChangeListenerSupported() {
        return false;
    }

    @Override
    public void registerResourceChangeListener(ResourceChangeListener listener) {
        throw new UnsupportedOperationException("nothing watches the files of an application");
    }

    @Override
    public void removeResourceChangeListener(ResourceChangeListener listener) {
        throw new UnsupportedOperationException("nothing watches the files of an application");
    }

    @Override
    public void close() throws IOException {
        for (ResourceManager layer : layers) {
            layer.close();
        }
    }
}
