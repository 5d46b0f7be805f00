package org.keepsake.node.session.transcoder.graph;

import java.nio.ByteBuffer;

/** Arrays of primitives as bytes, big endian. */
final class Primitives {

    private Primitives() {}

    static byte[] bytes(Object array) {
        if (array instanceof byte[] bytes) {
            return bytes;
        }
        if (array instanceof boolean[] truths) {
            byte[] bytes = new byte[truths.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (truths[i] ? 1 : 0);
            }
            return bytes;
        }
        if (array instanceof char[] chars) {
            ByteBuffer out = ByteBuffer.allocate(chars.length * Character.BYTES);
            out.asCharBuffer().put(chars);
            return out.array();
        }
        if (array instanceof short[] shorts) {
            ByteBuffer out = ByteBuffer.allocate(shorts.length * Short.BYTES);
            out.asShortBuffer().put(shorts);
            return out.array();
        }
        if (array instanceof int[] ints) {
            ByteBuffer out = ByteBuffer.allocate(ints.length * Integer.BYTES);
            out.asIntBuffer().put(ints);
            return out.array();
        }
        if (array instanceof long[] longs) {
            ByteBuffer out = ByteBuffer.allocate(longs.length * Long.BYTES);
            out.asLongBuffer().put(longs);
            return out.array();
        }
        if (array instanceof float[] floats) {
            ByteBuffer out = ByteBuffer.allocate(floats.length * Float.BYTES);
            out.asFloatBuffer().put(floats);
            return out.array();
        }
        double[] doubles = (double[]) array;
        ByteBuffer out = ByteBuffer.allocate(doubles.length * Double.BYTES);
        out.asDoubleBuffer().put(doubles);
        return out.array();
    }

    /**
     * The array that bytes make.
     *
     * @throws IllegalArgumentException if they make no whole number of elements
     */
    static Object array(Class<?> element, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (element == byte.class) {
            return bytes;
        }
        if (element == boolean.class) {
            boolean[] truths = new boolean[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                truths[i] = bytes[i] != 0;
            }
            return truths;
        }
        if (element == char.class) {
            char[] chars = new char[count(bytes, Character.BYTES)];
            in.asCharBuffer().get(chars);
            return chars;
        }
        if (element == short.class) {
            short[] shorts = new short[count(bytes, Short.BYTES)];
            in.asShortBuffer().get(shorts);
            return shorts;
        }
        if (element == int.class) {
            int[] ints = new int[count(bytes, Integer.BYTES)];
            in.asIntBuffer().get(ints);
            return ints;
        }
        if (element == long.class) {
            long[] longs = new long[count(bytes, Long.BYTES)];
            in.asLongBuffer().get(longs);
            return longs;
        }
        if (element == float.class) {
            float[] floats = new float[count(bytes, Float.BYTES)];
            in.asFloatBuffer().get(floats);
            return floats;
        }
        double[] doubles = new double[count(bytes, Double.BYTES)];
        in.asDoubleBuffer().get(doubles);
        return doubles;
    }

    private static int count(byte[] bytes, int size) {
        if (bytes.length % size != 0) {
            throw new IllegalArgumentException(bytes.length + " bytes are no elements of " + size);
        }
        return bytes.length / size;
    }
}
