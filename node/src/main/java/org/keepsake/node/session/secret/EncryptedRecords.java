package org.keepsake.node.session.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.MalformedRecord;
import org.keepsake.node.session.record.NewerRecord;
import org.keepsake.node.session.record.RecordCodec;
import org.keepsake.node.session.record.SessionRecord;

/**
 * Session records encrypted and authenticated with AES-256-GCM (NIST SP 800-38D). Thread-safe. All integers are big
 * endian.
 *
 * <pre>
 * bytes  field
 *  4     magic, 4B 53 45 53 ("KSES"), as of a plain record
 *  1     format version, 1
 *  2     flags: {@link SessionRecord#ENCRYPTED} alone
 *  1     length of the key's id, then the id in US-ASCII
 * 12     nonce, random
 *  n     the plain record, encrypted
 * 16     tag, over all of the above and the id of the session
 *  4     CRC32C of everything before it: tells damage on the way from a stranger's hand, and a node without keys that this is a record
 * </pre>
 *
 * <p>The key is that of the session, {@link SecretKey}. What this does not prevent: who can write to a store can put an
 * older record of the same session back, or take it away.
 */
final class EncryptedRecords implements RecordCodec {

    private static final int MAGIC = 0x4B534553;
    private static final int VERSION = 1;
    private static final int PREAMBLE = 4 + 1 + 2 + 1;
    private static final int FLAGS_AT = 5;
    private static final int KEY_ID_AT = 7;
    private static final int LONGEST_KEY_ID = 32;
    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final int CRC = 4;
    private static final int SMALLEST = PREAMBLE + 1 + NONCE + TAG + CRC;
    private static final String CIPHER = "AES/GCM/NoPadding";

    private final Supplier<SecretKeys> keys;
    private final Consumer<byte[]> random;

    /**
     * @param keys those of this moment
     * @param random fills an array with bytes that nobody can foretell
     */
    EncryptedRecords(Supplier<SecretKeys> keys, Consumer<byte[]> random) {
        this.keys = keys;
        this.random = random;
    }

    @Override
    public byte[] encode(SessionRecord record) {
        byte[] plain = RecordCodec.PLAIN.encode(record);
        SecretKeys now = keys.get();
        return now.plain() == SecretKeys.Plain.WRITE ? plain : encrypt(now.newest(), record.id(), plain);
    }

    private byte[] encrypt(SecretKey key, String session, byte[] plain) {
        byte[] keyId = key.id().getBytes(StandardCharsets.US_ASCII);
        byte[] nonce = new byte[NONCE];
        random.accept(nonce);
        ByteBuffer out = ByteBuffer.allocate(PREAMBLE + keyId.length + NONCE + plain.length + TAG + CRC)
                .putInt(MAGIC)
                .put((byte) VERSION)
                .putShort((short) SessionRecord.ENCRYPTED)
                .put((byte) keyId.length)
                .put(keyId)
                .put(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, session, out.array(), out.position());
            out.position(out.position() + cipher.doFinal(plain, 0, plain.length, out.array(), out.position()));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
        return out.putInt(crc(out.array(), out.position())).array();
    }

    /** A cipher to which the header, which ends with the nonce, and the session are known. */
    private static Cipher cipher(int mode, SecretKey key, String session, byte[] bytes, int headerLength)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(
                mode,
                key.ofSession(session),
                new GCMParameterSpec(TAG * Byte.SIZE, bytes, headerLength - NONCE, NONCE));
        cipher.updateAAD(bytes, 0, headerLength);
        cipher.updateAAD(session.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    @Override
    public SessionRecord decode(String id, byte[] bytes) throws MalformedRecord, NewerRecord {
        if (!isEncrypted(bytes)) {
            return plain(id, bytes);
        }
        if (bytes.length < SMALLEST) {
            throw new MalformedRecord("session record of " + bytes.length + " bytes: is shorter than its header");
        }
        int end = bytes.length - CRC;
        if (crc(bytes, end) != ByteBuffer.wrap(bytes).getInt(end)) {
            throw new MalformedRecord("session record of " + bytes.length + " bytes: the checksum is wrong");
        }
        return RecordCodec.PLAIN.decode(id, decrypt(id, bytes, end));
    }

    /** Of an unknown version no more is known than that it begins like this: it is left to the plain codec to say so. */
    private static boolean isEncrypted(byte[] bytes) {
        if (bytes.length < PREAMBLE) {
            return false;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return in.getInt(0) == MAGIC && in.get(4) == VERSION && in.getShort(FLAGS_AT) == SessionRecord.ENCRYPTED;
    }

    private SessionRecord plain(String id, byte[] bytes) throws MalformedRecord, NewerRecord {
        SessionRecord record = RecordCodec.PLAIN.decode(id, bytes);
        if (keys.get().plain() == SecretKeys.Plain.REFUSE) {
            throw new NewerRecord(
                    "record is not encrypted", "add a line plain:accept to the session secret file to serve it");
        }
        return record;
    }

    private byte[] decrypt(String id, byte[] bytes, int end) throws MalformedRecord, NewerRecord {
        int keyIdLength = bytes[KEY_ID_AT] & 0xFF;
        int headerLength = PREAMBLE + keyIdLength + NONCE;
        if (keyIdLength == 0 || keyIdLength > LONGEST_KEY_ID || headerLength + TAG > end) {
            throw new MalformedRecord(
                    "session record of " + bytes.length + " bytes: a key id of " + keyIdLength + " bytes does not fit");
        }
        SecretKey key = key(new String(bytes, PREAMBLE, keyIdLength, StandardCharsets.US_ASCII));
        try {
            return cipher(Cipher.DECRYPT_MODE, key, id, bytes, headerLength)
                    .doFinal(bytes, headerLength, end - headerLength);
        } catch (AEADBadTagException forged) {
            throw new MalformedRecord("session record: is not authentic (key " + key.id() + ")");
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private SecretKey key(String keyId) throws MalformedRecord, NewerRecord {
        if (!keyId.chars().allMatch(EncryptedRecords::mayStandInAnId)) {
            throw new MalformedRecord("session record: has no valid key id");
        }
        @Nullable SecretKey key = keys.get().named(keyId).orElse(null);
        if (key == null) {
            throw new NewerRecord(
                    "record is encrypted with key " + keyId + ", which is not known here",
                    "add that key to the session secret file to serve it");
        }
        return key;
    }

    private static boolean mayStandInAnId(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
