package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One session that is used on both sides of a cut, with the cookie of node A on the one and that of node B on the other.
 * Not thread-safe.
 */
final class Twins {

    private final Server a;
    private final Server b;
    private final Guest atA = new Guest();
    private final Guest atB;

    /** Whether the side of A changes what both do more often. */
    private final boolean more;

    private int written;

    private Twins(Farm farm, boolean more) throws IOException {
        this.more = more;
        a = farm.a();
        b = farm.b();
        Look unused = atA.at(a, "set=both:0");
        atB = atA.twin();
        unused = atB.at(b, "set=b:0");
        unused = atA.at(a, "set=a:0");
    }

    static List<Twins> enter(Farm farm, int size) throws IOException {
        List<Twins> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            all.add(new Twins(farm, i % 2 == 0));
        }
        return all;
    }

    /** Each side writes an attribute of its own and one that is the other's as well. */
    void writeOnBothSides() throws IOException {
        written++;
        write(atA, a, "a", more ? 2 : 1);
        write(atB, b, "b", more ? 1 : 2);
    }

    private void write(Guest guest, Server node, String side, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            Look look = guest.at(node, "set=" + side + ":" + written, "set=both:" + side + written);
            assertEquals(side + written, look.attribute("both"));
        }
    }

    /** Ends the session on the side of B; A does not hear of it. */
    void end() throws IOException {
        assertEquals("", atB.at(b, "invalidate").session());
    }

    /** Changes its id on the side of B; A does not hear of it. */
    void changeId() throws IOException {
        String before = atA.at(a).session();
        assertNotEquals(before, atB.at(b, "changeId").session());
    }

    /** No node knows a session by the cookie that the side of A has. */
    void assertGone() throws IOException {
        for (Server node : List.of(a, b)) {
            assertEquals(
                    "",
                    atA.twin().at(node).session(),
                    () -> "on " + node.program().name());
        }
    }

    void assertKnownToB() throws IOException {
        for (Server node : List.of(a, b)) {
            assertEquals(Integer.toString(written), atB.twin().at(node).attribute("b"));
        }
    }

    /** Every write is there, wherever and with whichever cookie; of what both wrote, the value that changed more often. */
    void assertTogether() throws IOException {
        String expected = "a" + written + " b" + written + " " + (more ? "a" : "b") + written;
        for (Guest guest : List.of(atA, atB)) {
            for (Server node : List.of(a, b)) {
                Look look = guest.twin().at(node);
                assertEquals(
                        expected,
                        "a" + look.attribute("a") + " b" + look.attribute("b") + " " + look.attribute("both"),
                        () -> "on " + node.program().name());
            }
        }
    }
}
