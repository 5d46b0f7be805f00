package org.keepsake.balancer.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.keepsake.balancer.rotation.Asking.pool;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What an operator changes while requests come, and how an upstream comes back. */
final class OperatorTest {

    private static final OptionalInt SAME = OptionalInt.empty();
    private static final Duration SLOWLY = Duration.ofSeconds(10);

    private long now = 1_000_000_000;

    private Rotation rotation(RotationSettings settings, String... upstreams) {
        return new Rotation(settings, pool(1, upstreams), () -> now);
    }

    private Rotation rotation(String... upstreams) {
        return rotation(RotationSettings.defaults(), upstreams);
    }

    private static String sequence(Rotation rotation, int length) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < length; i++) {
            try (Place place = Asking.place(rotation)) {
                names.append(place.peer().name());
            }
        }
        return names.toString();
    }

    private static int count(Rotation rotation, int length, char name) {
        return (int) sequence(rotation, length).chars().filter(c -> c == name).count();
    }

    private static Choice own(Rotation rotation, String route) {
        return Asking.now(rotation, List.of(), new Preference(List.of(route), ""));
    }

    @Test
    void drainsAnUpstreamOfAllButItsSessions() {
        Rotation rotation = rotation("A", "B");
        assertTrue(rotation.change("A", SAME, Optional.of(AdminState.DRAIN)));
        assertEquals("BBBB", sequence(rotation, 4));
        assertEquals("A", ((Place) own(rotation, "A")).peer().name());
        rotation.change("A", SAME, Optional.of(AdminState.READY));
        assertEquals(2, count(rotation, 4, 'A'));
    }

    @Test
    void givesNothingToAnUpstreamInMaintenance() {
        Rotation rotation = rotation("A", "B");
        rotation.change("A", SAME, Optional.of(AdminState.MAINT));
        assertEquals("BBBB", sequence(rotation, 4));
        assertEquals("B", ((Place) own(rotation, "A")).peer().name());
        rotation.change("B", SAME, Optional.of(AdminState.MAINT));
        assertSame(Choice.Without.NOBODY, own(rotation, "A"));
    }

    @Test
    void changesAWeight() {
        Rotation rotation = rotation("A", "B");
        rotation.change("B", OptionalInt.of(3), Optional.empty());
        sequence(rotation, 8);
        assertEquals(75, count(rotation, 100, 'B'), 1);
        rotation.change("B", OptionalInt.of(1), Optional.empty());
        assertEquals(50, count(rotation, 100, 'B'), 1);
        assertEquals(
                "upstream B: weight 0 is not between 1 and 1000",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> rotation.change("B", OptionalInt.of(0), Optional.empty()))
                        .getMessage());
        assertFalse(rotation.change("X", OptionalInt.of(3), Optional.empty()));
    }

    @Test
    void keepsWhatWasChangedWhenUpstreamsComeAndGo() {
        Rotation rotation = rotation("A", "B");
        rotation.change("A", OptionalInt.of(5), Optional.empty());
        rotation.change("A", SAME, Optional.of(AdminState.DRAIN));
        rotation.update(pool(2, "A", "B", "C"));
        assertEquals(0, count(rotation, 10, 'A'));
        rotation.update(pool(3, "B", "C"));
        rotation.update(pool(4, "A", "B", "C"));
        assertEquals(0, count(rotation, 10, 'A'));
        UpstreamStatus a = rotation.status().get(0);
        assertEquals(AdminState.DRAIN, a.state());
        assertEquals(5, a.weight());
    }

    @Test
    void leavesOutWhoFailsItsHealthChecksEvenAsALastResort() {
        Rotation rotation = rotation("A", "B");
        Peer a = rotation.peers().get(0);
        rotation.checked(a, false, "test");
        assertEquals("BBBB", sequence(rotation, 4));
        rotation.checked(rotation.peers().get(1), false, "test");
        assertSame(Choice.Without.NOBODY, own(rotation, "A"));
        rotation.checked(a, true, "");
        assertEquals("AA", sequence(rotation, 2));
    }

    @Test
    void takesAGoodHealthCheckForTheEndOfFailures() {
        Rotation rotation = rotation("A", "B");
        Peer a = rotation.peers().get(0);
        rotation.failed(a, "test");
        rotation.checked(a, false, "test");
        rotation.checked(a, true, "");
        assertTrue(rotation.status().get(0).up());
        assertTrue(count(rotation, 4, 'A') > 0);
    }

    @Test
    void letsAnUpstreamThatComesBackStartSlowly() {
        Rotation rotation = rotation(RotationSettings.defaults().withSlowStart(SLOWLY), "A", "B");
        assertEquals(50, count(rotation, 100, 'A'), "what is there from the beginning need not start slowly");
        Peer a = rotation.peers().get(0);
        rotation.failed(a, "test");
        now += 1;
        rotation.succeeded(a, now);
        assertTrue(count(rotation, 1000, 'A') < 50);
        now += SLOWLY.toNanos() / 2;
        assertEquals(333, count(rotation, 1000, 'A'), 20);
        now += SLOWLY.toNanos() / 2;
        sequence(rotation, 10);
        assertEquals(500, count(rotation, 1000, 'A'), 20);
    }

    @Test
    void letsAnUpstreamThatIsNewOrBackFromMaintenanceStartSlowly() {
        Rotation rotation = rotation(RotationSettings.defaults().withSlowStart(SLOWLY), "A", "B");
        rotation.update(pool(2, "A", "B", "C"));
        assertTrue(count(rotation, 1000, 'C') < 20);
        rotation.change("A", SAME, Optional.of(AdminState.MAINT));
        rotation.change("A", SAME, Optional.of(AdminState.READY));
        assertTrue(count(rotation, 1000, 'A') < 50);
        now += 2 * SLOWLY.toNanos();
        sequence(rotation, 10);
        assertEquals(333, count(rotation, 1000, 'A'), 20);
    }

    @Test
    void readsTheWordsForStates() {
        assertSame(AdminState.MAINT, AdminState.parse("maint"));
        assertEquals(
                "state 'off' is none of ready, drain and maint",
                assertThrows(IllegalArgumentException.class, () -> AdminState.parse("off"))
                        .getMessage());
    }
}
