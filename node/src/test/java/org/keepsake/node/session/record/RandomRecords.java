package org.keepsake.node.session.record;

import java.util.Random;
import java.util.TreeMap;

/** Records of one session from a small world, so that they meet in every way. */
final class RandomRecords {

    private static final int[] KINDS = {Attribute.REMOVED, Attribute.STRING, Attribute.INT, Attribute.OBJECT, 99};

    private RandomRecords() {}

    static SessionRecord next(Random random) {
        TreeMap<String, Attribute> attributes = new TreeMap<>();
        for (int n = random.nextInt(5); n > 0; n--) {
            byte[] bytes = new byte[random.nextInt(3)];
            random.nextBytes(bytes);
            int kind = KINDS[random.nextInt(KINDS.length)];
            String name = "n" + random.nextInt(4) + (random.nextBoolean() ? "ä€😀" : "");
            attributes.put(name, new Attribute(stamp(random), kind, kind == Attribute.OBJECT ? "java" : "", bytes));
        }
        int flags = random.nextInt(6) == 0 ? SessionRecord.TOMBSTONE : random.nextInt(4) * SessionRecord.MOVING;
        flags &= SessionRecord.TOMBSTONE | SessionRecord.MOVING;
        int maxInactive = random.nextInt(3) * 60;
        int longest = random.nextInt(4) * 60;
        // The flags beyond these two bits say that the record is not to be read by this version.
        return new SessionRecord(
                "id-m",
                flags,
                random.nextInt(3),
                maxInactive,
                stamp(random),
                longest,
                attributes,
                (flags & SessionRecord.MOVING) == 0 ? "" : "id-" + random.nextInt(3));
    }

    private static Stamp stamp(Random random) {
        return new Stamp(random.nextInt(3), random.nextBoolean(), random.nextInt(3) - 1);
    }
}
