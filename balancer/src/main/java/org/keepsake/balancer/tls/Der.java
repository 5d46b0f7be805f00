package org.keepsake.balancer.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.PublicKey;

/** As much of DER (ITU-T X.690) as it takes to put an old private key into a new envelope. */
final class Der {
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private Der() {}

    /**
     * PKCS #8 (RFC 5958) around a key of PKCS #1 (RFC 8017) or SEC 1 (RFC 5915).
     *
     * @param publicKey the other half of the key; it tells the algorithm, and the curve
     * @throws IllegalArgumentException when the public key is not encoded as X.509 wants it
     */
    static byte[] privateKeyInfo(PublicKey publicKey, byte[] key) {
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        info.writeBytes(VERSION_0);
        info.writeBytes(algorithm(publicKey.getEncoded()));
        info.writeBytes(element(OCTET_STRING, key));
        return element(SEQUENCE, info.toByteArray());
    }

    /** The first element within the first element: SubjectPublicKeyInfo begins with its algorithm (RFC 5280, 4.1). */
    private static byte[] algorithm(byte[] subjectPublicKeyInfo) {
        ByteBuffer in = ByteBuffer.wrap(subjectPublicKeyInfo);
        length(in);
        int start = in.position();
        int length = length(in);
        byte[] algorithm = new byte[in.position() - start + length];
        in.get(start, algorithm);
        return algorithm;
    }

    /** Reads the tag and the length of a sequence. */
    private static int length(ByteBuffer in) {
        if (in.get() != SEQUENCE) {
            throw new IllegalArgumentException("not a DER sequence");
        }
        int first = in.get() & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = length << 8 | (in.get() & 0xff);
        }
        return length;
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        if (content.length < 0x80) {
            element.write(content.length);
        } else {
            int bytes = (39 - Integer.numberOfLeadingZeros(content.length)) / 8;
            element.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                element.write(content.length >> (8 * i));
            }
        }
        element.writeBytes(content);
        return element.toByteArray();
    }
}
