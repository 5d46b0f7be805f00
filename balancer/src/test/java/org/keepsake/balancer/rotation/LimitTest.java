package org.keepsake.balancer.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.keepsake.balancer.rotation.Asking.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Upstreams that are full, and those who wait for them. */
final class LimitTest {

    private static final int LIMIT = 2;

    private final List<String> told = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();

    private static Rotation rotation(String... upstreams) {
        RotationSettings settings = RotationSettings.defaults().withLimit(LIMIT, Duration.ofSeconds(5));
        return new Rotation(settings, pool(1, upstreams), System::nanoTime);
    }

    /** Asks, and notes under a name what is told. */
    private Waiter ask(Rotation rotation, String name, String... routes) {
        Waiter waiter =
                new Waiter(List.of(), new Preference(List.of(routes), ""), (self, choice) -> note(name, choice));
        Choice choice = rotation.choose(waiter, true);
        if (choice != Choice.Without.WAITS) {
            note(name, choice);
        }
        return waiter;
    }

    private void note(String name, Choice choice) {
        if (choice instanceof Place place) {
            places.add(place);
            told.add(name + "=" + place.peer().name());
        } else {
            told.add(name + "=" + choice);
        }
    }

    private void leave(String upstream) {
        Place leaving = places.stream()
                .filter(place -> place.peer().name().equals(upstream))
                .findFirst()
                .orElseThrow();
        places.remove(leaving);
        leaving.close();
    }

    @Test
    void letsWaitWhoFindsAllFullAndServesThemInTheirOrder() {
        Rotation rotation = rotation("A", "B");
        for (String name : List.of("1", "2", "3", "4", "5", "6", "7")) {
            ask(rotation, name);
        }
        assertEquals(List.of("1=A", "2=B", "3=A", "4=B"), told);
        assertEquals(3, rotation.waiting());
        leave("B");
        leave("A");
        assertEquals(List.of("5=B", "6=A"), told.subList(4, 6));
        leave("A");
        assertEquals("7=A", told.get(6));
        assertEquals(0, rotation.waiting());
    }

    @Test
    void refusesWhoDoesNotWait() {
        Rotation rotation = rotation("A");
        ask(rotation, "1");
        ask(rotation, "2");
        assertSame(Choice.Without.FULL, Asking.now(rotation, List.of(), Preference.NONE));
        assertEquals(0, rotation.waiting());
    }

    @Test
    void countsAPlaceThatIsClosedTwiceOnce() {
        Rotation rotation = rotation("A");
        ask(rotation, "1");
        Place place = places.get(0);
        place.close();
        place.close();
        assertEquals(0, rotation.status().get(0).active());
    }

    @Test
    void letsASessionWaitForItsOwnUpstreamWhileOthersHaveRoom() {
        Rotation rotation = rotation("A", "B");
        ask(rotation, "1", "A");
        ask(rotation, "2", "A");
        ask(rotation, "3", "A");
        ask(rotation, "4");
        assertEquals(List.of("1=A", "2=A", "4=B"), told);
        leave("B");
        assertEquals(3, told.size());
        leave("A");
        assertEquals("3=A", told.get(3));
    }

    @Test
    void doesNotLetASessionThatWaitsHoldUpOthers() {
        Rotation rotation = rotation("A", "B");
        for (int i = 1; i <= 4; i++) {
            ask(rotation, "" + i);
        }
        ask(rotation, "own", "A");
        ask(rotation, "any");
        leave("B");
        assertEquals("any=B", told.get(4));
        leave("A");
        assertEquals("own=A", told.get(5));
    }

    @Test
    void sendsASessionElsewhereWhenItsUpstreamGoesWhileItWaits() {
        Rotation rotation = rotation("A", "B");
        ask(rotation, "1", "A");
        ask(rotation, "2", "A");
        ask(rotation, "3", "A");
        rotation.failed(places.get(0).peer(), "test");
        assertEquals("3=B", told.get(2));
        ask(rotation, "4");
        ask(rotation, "5");
        rotation.update(pool(2, "A"));
        assertEquals(4, told.size(), "B has gone, and A is out but full: " + told);
        leave("A");
        assertEquals("5=A", told.get(4));
    }

    @Test
    void tellsThoseWhoWaitThatNobodyIsLeft() {
        Rotation rotation = rotation("A");
        ask(rotation, "1");
        ask(rotation, "2");
        ask(rotation, "3");
        rotation.update(pool(2));
        assertEquals("3=NOBODY", told.get(2));
    }

    @Test
    void servesThoseWhoWaitWhenAnUpstreamComes() {
        Rotation rotation = rotation("A");
        for (int i = 1; i <= 4; i++) {
            ask(rotation, "" + i);
        }
        rotation.update(pool(2, "A", "B"));
        assertEquals(List.of("3=B", "4=B"), told.subList(2, 4));
    }

    @Test
    void forgetsWhoNoLongerWaits() {
        Rotation rotation = rotation("A");
        ask(rotation, "1");
        ask(rotation, "2");
        Waiter gone = ask(rotation, "3");
        ask(rotation, "4");
        rotation.cancel(gone);
        leave("A");
        assertEquals("4=A", told.get(2));
    }

    @Test
    void keepsBackupsForWhenTheOthersAreGoneNotForWhenTheyAreFull() {
        Rotation rotation = rotation("A", "B,backup");
        ask(rotation, "1");
        ask(rotation, "2");
        ask(rotation, "3");
        assertEquals(1, rotation.waiting());
        rotation.failed(places.get(0).peer(), "test");
        assertEquals("3=B", told.get(2));
    }

    @Test
    void neverGivesMoreThanTheLimitAndServesEverybody() throws Exception {
        Rotation rotation = rotation("A", "B", "C");
        AtomicInteger[] active = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        AtomicInteger most = new AtomicInteger();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int user = 0; user < 16; user++) {
            all.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < 2_000; i++) {
                            Place place = await(rotation);
                            AtomicInteger count = active[place.peer().name().charAt(0) - 'A'];
                            most.accumulateAndGet(count.incrementAndGet(), Math::max);
                            count.decrementAndGet();
                            place.close();
                        }
                    },
                    task -> new Thread(task).start()));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).get(60, TimeUnit.SECONDS);
        assertTrue(most.get() <= LIMIT, "at one time " + most);
        assertEquals(0, rotation.waiting());
        rotation.status().forEach(status -> assertEquals(0, status.active()));
        assertEquals(
                16 * 2_000,
                rotation.status().stream().mapToLong(UpstreamStatus::requests).sum());
    }

    private static Place await(Rotation rotation) {
        CompletableFuture<Choice> answer = new CompletableFuture<>();
        Choice choice = rotation.choose(
                new Waiter(List.of(), Preference.NONE, (waiter, later) -> answer.complete(later)), true);
        return assertInstanceOf(Place.class, choice == Choice.Without.WAITS ? answer.join() : choice);
    }
}
