package org.keepsake.node.session.restart;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.List;
import org.keepsake.node.session.record.RecordCodec;

/**
 * The file of one application. It is there from a stop to the next start only: no session is ever taken from it twice,
 * whatever ends the node in between. Nothing that is wrong with it stops anything; it is warned of. Used by the thread
 * that deploys.
 */
public final class SessionFile {

    private static final System.Logger LOG = System.getLogger(SessionFile.class.getName());

    private final SessionFolder folder;
    private final Path file;
    private final String application;
    private final SessionFileFormat format;

    SessionFile(SessionFolder folder, Path file, String application, RecordCodec codec) {
        this.folder = folder;
        this.file = file;
        this.application = application;
        this.format = new SessionFileFormat(codec);
    }

    /** Has these sessions wait here, in the place of any that do. */
    public void save(Iterator<SavedSession> sessions) {
        if (!sessions.hasNext()) {
            return;
        }
        try {
            folder.prepare();
            int saved = replace(sessions);
            LOG.log(INFO, "application {0}: {1} sessions wait in {2} for its next start", application, saved, file);
        } catch (IOException e) {
            LOG.log(
                    WARNING,
                    "application {0}: its sessions end with this node, {1} cannot be written ({2}); see {3}",
                    application,
                    file,
                    e,
                    SessionFolder.OPTION);
        }
    }

    /** Who reads the file finds all of the sessions in it, or those that were there before. */
    private int replace(Iterator<SavedSession> sessions) throws IOException {
        Path written = folder.path().resolve(file.getFileName() + ".tmp");
        Files.deleteIfExists(written);
        try {
            int saved = write(sessions, written);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            folder.force();
            return saved;
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private int write(Iterator<SavedSession> sessions, Path to) throws IOException {
        try (FileChannel channel = folder.create(to)) {
            OutputStream out = Channels.newOutputStream(channel);
            int saved = format.write(sessions, out);
            channel.force(true);
            return saved;
        }
    }

    /** The sessions that waited here, which do so no more; none if they cannot be read, or would go on waiting. */
    public List<SavedSession> take() {
        if (!folder.isUsable()) {
            return List.of();
        }
        try {
            List<SavedSession> sessions = read();
            Files.delete(file);
            folder.force();
            LOG.log(INFO, "application {0}: {1} sessions are back", application, sessions.size());
            return sessions;
        } catch (NoSuchFileException usual) {
            return List.of();
        } catch (IOException | UncheckedIOException | UnreadableFile e) {
            setAside(e instanceof UnreadableFile ? String.valueOf(e.getMessage()) : e.toString());
            return List.of();
        }
    }

    private List<SavedSession> read() throws IOException, UnreadableFile {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return format.read(in, Files.size(file));
        }
    }

    /** Whoever is on call may yet make something of it. */
    private void setAside(String why) {
        Path aside = folder.path().resolve(file.getFileName() + ".unreadable");
        String now = "it is " + aside.getFileName() + " now";
        try {
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            now = "it cannot be set aside either: " + e;
        }
        LOG.log(
                WARNING,
                "application {0}: begins without the sessions of {1}, which cannot be read ({2}); {3}",
                application,
                file,
                why,
                now);
    }
}
