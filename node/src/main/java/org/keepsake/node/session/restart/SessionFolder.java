package org.keepsake.node.session.restart;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.keepsake.node.session.record.RecordCodec;

/**
 * Where the sessions of one node wait, a file for each application. Whoever reads it has the sessions, and whoever writes
 * there makes some, so it is for this user alone (where files have such permissions). Thread-safe.
 */
public final class SessionFolder {

    /** Names another folder. */
    static final String OPTION = "--session-directory";

    private static final System.Logger LOG = System.getLogger(SessionFolder.class.getName());

    private static final Set<PosixFilePermission> OWNERS_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNERS_FILE = PosixFilePermissions.fromString("rw-------");

    private static final String SUFFIX = ".sessions";
    private static final String ROOT = "ROOT";

    /** With what is put behind it, a name stays below the 255 bytes that file systems take. */
    private static final int LONGEST_NAME = 200;

    private static final int KEPT_OF_A_LONG_NAME = 120;

    private final Path path;
    private final boolean posix;
    private final boolean usable;

    private SessionFolder(Path path) {
        this.path = path;
        this.posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        this.usable = isPrepared();
    }

    /** Makes the folder if it is missing; one that cannot be used is warned of, and has no session. */
    public static SessionFolder open(Path path) {
        return new SessionFolder(path.toAbsolutePath());
    }

    private boolean isPrepared() {
        try {
            prepare();
            return true;
        } catch (IOException e) {
            LOG.log(
                    WARNING,
                    "sessions end with this node: folder {0} cannot be used ({1}); name another one with {2}, or none",
                    path,
                    e,
                    OPTION);
            return false;
        }
    }

    /** Whether files can be made in it, as was found out when it was opened. */
    boolean isUsable() {
        return usable;
    }

    Path path() {
        return path;
    }

    /** Makes sure that it is there, that it is this user's alone, and that files can be made in it. */
    void prepare() throws IOException {
        Files.createDirectories(path, forOwner(OWNERS_FOLDER));
        if (posix && !Files.getPosixFilePermissions(path).equals(OWNERS_FOLDER)) {
            Files.setPosixFilePermissions(path, OWNERS_FOLDER);
        }
        Path probe = Files.createTempFile(path, "probe", "", forOwner(OWNERS_FILE));
        try {
            if (posix && !Files.getOwner(probe).equals(Files.getOwner(path))) {
                throw new IOException("it belongs to " + Files.getOwner(path).getName());
            }
        } finally {
            Files.delete(probe);
        }
    }

    private FileAttribute<?>[] forOwner(Set<PosixFilePermission> permissions) {
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    /** A new file in it, which only this user can read. */
    FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), forOwner(OWNERS_FILE));
    }

    /** What was moved and deleted in it stays so when the power fails, where the system can say so of a folder. */
    void force() {
        try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException e) {
            LOG.log(DEBUG, "{0}: is not forced to the disk: {1}", path, e);
        }
    }

    /**
     * The file of an application.
     *
     * @param context its context path; empty or {@code /} is the root
     * @param version its version, or ""
     */
    public SessionFile file(String context, String version, RecordCodec codec) {
        String name = name(context, version);
        String application = version.isEmpty() ? context : context + "##" + version;
        return new SessionFile(this, path.resolve(name + SUFFIX), application, codec);
    }

    /**
     * Tomcat's base name of an application, {@code ROOT}, {@code a#b} or {@code shop##2}; what cannot stand in a file
     * name, or would make it another application's, is written as in a URL. No two applications have the same.
     */
    static String name(String context, String version) {
        String base = context.isEmpty() || context.equals("/") ? ROOT : baseName(context);
        String name = version.isEmpty() ? base : base + "##" + escaped(version);
        return name.length() <= LONGEST_NAME ? name : name.substring(0, KEPT_OF_A_LONG_NAME) + "%%" + digest(name);
    }

    private static String baseName(String context) {
        String path = context.startsWith("/") ? context.substring(1) : context;
        if (path.equals(ROOT)) {
            return "%52" + ROOT.substring(1);
        }
        return Arrays.stream(path.split("/", -1))
                .map(segment -> segment.isEmpty() ? "%" : escaped(segment))
                .collect(Collectors.joining("#"));
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(each) && !(each == '.' && escaped.length() == 0)) {
                escaped.append((char) each);
            } else {
                escaped.append(String.format(Locale.ROOT, "%%%02X", each & 0xFF));
            }
        }
        return escaped.toString();
    }

    private static boolean isPlain(byte c) {
        return (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || c == '-'
                || c == '_'
                || c == '.';
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
