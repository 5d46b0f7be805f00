package org.keepsake.node.session.secret;

import java.nio.file.Path;
import java.security.SecureRandom;
import org.keepsake.node.session.record.RecordCodec;

/**
 * {@code --session-secret-file}: keys that only the nodes have, so that whoever reads the stores, or the way to them, does
 * not read sessions, and whoever writes there does not make any.
 *
 * <p>The file has one key a line, {@code <id>:<32 random bytes in base64 or hex>}, as {@code openssl rand -hex 32} makes
 * them; ids are 1 to 32 of {@code [A-Za-z0-9._-]} and never change their bytes. New records are encrypted with the first
 * key, records with any of them are read. Empty lines and lines that begin with {@code #} are skipped. A line {@code
 * plain:write}, {@code plain:accept} or {@code plain:refuse} (the default) says what happens to records that are not
 * encrypted. Others than the owner and its group must not be able to read the file, and only the owner to change it: else it is refused, as ssh does. (Where files have no such permissions, nothing is checked.)
 *
 * <p>A changed file is read within seconds of the next request, without a restart; one that says something wrong is one
 * warning, and the keys read before stay.
 *
 * <p><b>To change the key:</b> add the new one as the last line, on every node; then move it to the top, on every node;
 * when the longest session time-out has passed, take the old one out.
 *
 * <p><b>To switch encryption on without losing a session:</b> restart the nodes one by one with a file that says {@code
 * plain:write}: all can read encrypted records now, none writes them. Then say {@code plain:accept}: records are
 * encrypted as they are saved. When the longest session time-out has passed, take that line out.
 */
public final class SessionSecret {

    private SessionSecret() {}

    /**
     * Encrypts and decrypts records with the keys of a file.
     *
     * @throws IllegalArgumentException if the file cannot be read, others can read it, or it says something wrong; one
     *     sentence that shows no key
     */
    public static RecordCodec codec(Path file) {
        SecretFile secret = new SecretFile(file, System::nanoTime);
        SecureRandom random = new SecureRandom();
        return new EncryptedRecords(secret::keys, random::nextBytes);
    }
}
