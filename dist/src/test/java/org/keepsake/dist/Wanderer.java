package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * One session with two cookies, that of node A and that of node B: what was written on the one is read on the other with
 * a cookie that names the latter, as an old link does. Not thread-safe.
 */
final class Wanderer implements Callable<@Nullable Void> {

    private final Server a;
    private final Server b;
    private final Guest atA = new Guest();
    private final Guest atB;
    private int written;

    private Wanderer(Farm farm) throws IOException {
        a = farm.a();
        b = farm.b();
        write(atA, a);
        atB = atA.twin();
        write(atB, b);
    }

    static List<Wanderer> enter(Farm farm, int size) throws IOException {
        List<Wanderer> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            all.add(new Wanderer(farm));
        }
        return all;
    }

    /** Fails if a node shows anything but what was written last. */
    @Override
    public @Nullable Void call() throws IOException {
        write(atA, a);
        read(atB, b);
        write(atB, b);
        read(atA, a);
        return null;
    }

    private void write(Guest guest, Server node) throws IOException {
        written++;
        assertEquals(
                Integer.toString(written), guest.at(node, "set=x:" + written).attribute("x"));
    }

    private void read(Guest guest, Server node) throws IOException {
        assertEquals(
                Integer.toString(written),
                guest.at(node).attribute("x"),
                () -> "read on " + node.program().name());
    }
}
