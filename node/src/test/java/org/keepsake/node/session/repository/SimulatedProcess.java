package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.keepsake.node.session.time.Timing;

/**
 * A process with threads, timers and a clock of its own, which can be frozen (nothing of it runs, and it finds later that
 * time went on) and killed. What reaches a frozen process waits in its sockets.
 */
final class SimulatedProcess implements Timing {

    private final Schedule schedule;
    private final String name;
    private final List<Runnable> waiting = new ArrayList<>();
    private final List<Runnable> atDeath = new ArrayList<>();
    private boolean frozen;
    private boolean dead;
    private int freezes;
    private long clockError;

    SimulatedProcess(Schedule schedule, String name) {
        this.schedule = schedule;
        this.name = name;
    }

    String name() {
        return name;
    }

    /** Sets its clock of the day wrong. */
    void clockError(Duration error) {
        clockError = error.toMillis();
    }

    /** Adds a thread that has something to do. */
    void start(Runnable body) {
        schedule.add(this, false, body);
    }

    /** Adds a thread that works as long as the process lives; a run does not wait for its end. */
    void startInBackground(Runnable body) {
        schedule.add(this, true, body);
    }

    /** Something this process does after a while, unless it is dead by then. */
    void after(long millis, Runnable action) {
        schedule.add(this, millis, action);
    }

    /** Something to be done by others as soon as this process is killed. */
    void atDeath(Runnable action) {
        atDeath.add(action);
    }

    void happen(Runnable action) {
        if (frozen) {
            waiting.add(action);
        } else if (!dead) {
            action.run();
        }
    }

    /** How often it stood still so far. */
    int freezes() {
        return freezes;
    }

    void freeze() {
        frozen = true;
        freezes++;
    }

    void thaw() {
        frozen = false;
        List<Runnable> late = List.copyOf(waiting);
        waiting.clear();
        late.forEach(action -> after(0, action));
    }

    void kill() {
        dead = true;
        frozen = false;
        waiting.clear();
        atDeath.forEach(action -> schedule.after(0, action));
    }

    boolean isFrozen() {
        return frozen;
    }

    boolean isDead() {
        return dead;
    }

    boolean isRunning() {
        return !frozen && !dead;
    }

    @Override
    public long nanos() {
        return schedule.nanos();
    }

    @Override
    public long millis() {
        return schedule.millis() + clockError;
    }

    @Override
    public void await(CompletableFuture<?> answers) {
        schedule.await(answers);
    }

    @Override
    public void await(CompletableFuture<?> answers, Duration atMost) {
        CompletableFuture<Void> timeUp = new CompletableFuture<>();
        after(atMost.toMillis() + 1, () -> {
            boolean unused = timeUp.complete(null);
        });
        await(CompletableFuture.anyOf(answers, timeUp));
    }

    @Override
    public void pause(Duration duration) {
        schedule.pause(duration);
    }

    @Override
    public String toString() {
        return name;
    }
}
