package org.keepsake.node.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A WAR file, unpacked as if somebody hostile had made it: no entry leaves the target directory, and neither the number
 * of entries nor what they unpack to is without bound.
 */
final class WarArchive implements AutoCloseable {

    private final ZipFile zip;
    private final Limits limits;
    private final List<? extends ZipEntry> entries;

    /** How much an archive may hold: entries, bytes of one of them, and bytes of all, unpacked. */
    record Limits(int entries, long entryBytes, long totalBytes) {

        /** Far beyond any real application. */
        static final Limits GENEROUS = new Limits(200_000, 1L << 30, 4L << 30);
    }

    private WarArchive(ZipFile zip, Limits limits) throws DeploymentFailed {
        this.zip = zip;
        this.limits = limits;
        if (zip.size() > limits.entries) {
            throw new DeploymentFailed("has " + zip.size() + " entries, more than " + limits.entries);
        }
        this.entries = Collections.list(zip.entries());
    }

    static WarArchive open(Path file, Limits limits) throws IOException {
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (ZipException e) {
            throw new DeploymentFailed("not a zip file", e);
        }
        try {
            return new WarArchive(zip, limits);
        } catch (DeploymentFailed e) {
            zip.close();
            throw e;
        }
    }

    /** Changes with every entry's name, size or content; not with the file's own name or time. */
    String fingerprint() {
        MessageDigest digest = sha256();
        ByteBuffer numbers = ByteBuffer.allocate(2 * Long.BYTES);
        for (ZipEntry entry : entries) {
            digest.update(entry.getName().getBytes(StandardCharsets.UTF_8));
            digest.update(numbers.clear()
                    .putLong(entry.getCrc())
                    .putLong(entry.getSize())
                    .flip());
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    /** Unpacks into a new directory; the times of the files are those in the archive. */
    void unpack(Path target) throws IOException {
        Files.createDirectories(target);
        long left = limits.totalBytes;
        for (ZipEntry entry : entries) {
            Path file = inside(target, entry.getName());
            if (entry.isDirectory()) {
                Files.createDirectories(file);
                continue;
            }
            left -= unpack(entry, file, Math.min(left, limits.entryBytes));
        }
    }

    private long unpack(ZipEntry entry, Path file, long limit) throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        // The size in the entry's header is the archive's claim; what counts is what comes out.
        long written;
        try (InputStream in = zip.getInputStream(entry);
                OutputStream out = Files.newOutputStream(file)) {
            written = copy(in, out, limit);
        } catch (ZipException e) {
            throw new DeploymentFailed("entry " + entry.getName() + " is damaged: " + e.getMessage(), e);
        }
        if (written > limit) {
            throw new DeploymentFailed("entry " + entry.getName() + " unpacks to more than " + limit + " bytes");
        }
        if (entry.getLastModifiedTime() != null) {
            Files.setLastModifiedTime(file, entry.getLastModifiedTime());
        }
        return written;
    }

    /** Copies until the end, or until one byte more than the limit was seen. */
    private static long copy(InputStream in, OutputStream out, long limit) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        long total = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            total += read;
            if (total > limit) {
                return total;
            }
            out.write(buffer, 0, read);
        }
        return total;
    }

    private static Path inside(Path target, String name) throws DeploymentFailed {
        boolean plain = !name.isEmpty() && name.indexOf('\\') < 0 && name.indexOf('\0') < 0 && name.indexOf(':') < 0;
        if (plain && !name.startsWith("/")) {
            Path file = target.resolve(name).normalize();
            if (file.startsWith(target) && !List.of(name.split("/", -1)).contains("..")) {
                return file;
            }
        }
        throw new DeploymentFailed("entry '" + name + "' would be written outside of the application");
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
