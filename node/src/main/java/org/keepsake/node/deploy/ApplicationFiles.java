package org.keepsake.node.deploy;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of one application where the container finds them. Immutable.
 *
 * @param root the exploded application, without symbolic links in its path
 * @param libraries the JAR files of {@code WEB-INF/lib}, by name
 * @param work the folder of this application on this node
 * @param scratch where its JSPs are compiled; the same for the same content, so a later start finds them compiled
 */
record ApplicationFiles(Path root, List<Path> libraries, Path work, Path scratch) {

    /**
     * Brings an application to where it can be deployed from: a WAR file is unpacked, a directory is used as it is.
     *
     * @throws DeploymentFailed with what is wrong with the file, without its name
     */
    static ApplicationFiles prepare(Path war, Path work) throws IOException {
        Files.createDirectories(work);
        Path realWork = work.toRealPath();
        if (Files.isDirectory(war)) {
            return of(war.toRealPath(), realWork, "exploded");
        }
        if (!Files.exists(war)) {
            throw new DeploymentFailed("no such file");
        }
        Path root = realWork.resolve("war");
        FileTree.delete(root);
        try (WarArchive archive = WarArchive.open(war, WarArchive.Limits.GENEROUS)) {
            archive.unpack(root);
            return of(root, realWork, archive.fingerprint());
        }
    }

    private static ApplicationFiles of(Path root, Path work, String fingerprint) throws IOException {
        Path all = work.resolve("jsp");
        Path scratch = all.resolve(fingerprint);
        Files.createDirectories(scratch);
        removeAllBut(scratch, all);
        return new ApplicationFiles(root, FileTree.children(root.resolve("WEB-INF/lib"), ".jar"), work, scratch);
    }

    private static void removeAllBut(Path current, Path all) throws IOException {
        List<Path> old;
        try (var folders = Files.list(all)) {
            old = folders.filter(folder -> !folder.equals(current)).toList();
        }
        for (Path folder : old) {
            FileTree.delete(folder);
        }
    }

    Path classes() {
        return root.resolve("WEB-INF/classes");
    }

    Path temporary() throws IOException {
        return Files.createDirectories(work.resolve("tmp"));
    }

    /** Where classes are searched, in order. */
    URL[] classPath() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        if (Files.isDirectory(classes())) {
            urls.add(classes().toUri().toURL());
        }
        for (Path library : libraries) {
            urls.add(library.toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}
