package org.keepsake.dist;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Makes classes for Tomcat 9 of classes for Jakarta EE: {@code jakarta} packages become {@code javax} packages. */
final class Javax {

    private static final int UTF8 = 1;

    private Javax() {}

    /** A class file with all names of packages in its constant pool (JVMS 4.4) changed. */
    static byte[] of(byte[] jakarta) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(jakarta));
        ByteArrayOutputStream javax = new ByteArrayOutputStream(jakarta.length);
        DataOutputStream out = new DataOutputStream(javax);
        // Magic and version.
        out.writeLong(in.readLong());
        int count = in.readUnsignedShort();
        out.writeShort(count);
        int next = 1;
        while (next < count) {
            next += copyConstant(in, out);
        }
        in.transferTo(out);
        return javax.toByteArray();
    }

    /** Returns how many places of the pool it takes. */
    private static int copyConstant(DataInputStream in, DataOutputStream out) throws IOException {
        int tag = in.readUnsignedByte();
        out.writeByte(tag);
        if (tag == UTF8) {
            out.writeUTF(in.readUTF().replace("jakarta/", "javax/"));
            return 1;
        }
        int length = length(tag);
        out.write(in.readNBytes(length));
        // The tables of the JVM have entries of four bytes, and the rest of a long or double takes one more.
        return length == Long.BYTES ? 2 : 1;
    }

    private static int length(int tag) {
        return switch (tag) {
            case 5, 6 -> Long.BYTES;
            case 7, 8, 16, 19, 20 -> 2;
            case 15 -> 3;
            default -> 4;
        };
    }
}
