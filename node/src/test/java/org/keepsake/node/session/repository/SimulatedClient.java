package org.keepsake.node.session.repository;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.repository.Scenario.Trait;

/**
 * A browser behind the balancer: one request after the other, each tried on other nodes when a node does not answer.
 * Only what a response told it counts as acknowledged; what an abandoned request does later still happens.
 */
final class SimulatedClient {

    private static final int TRIES = 4;

    private final Schedule schedule;
    private final Random random;
    private final List<SimulatedNode> nodes;
    private final StoreInspector inspector;
    private final SimulatedSession session;
    private final boolean sticky;
    private final boolean locks;
    private final boolean alert;
    private final boolean slow;
    private final int maxInactive;
    private final Tally tally;

    /** What happened in one simulation. */
    static final class Tally {
        int acknowledged;
        int refused;
        int unanswered;
        int losses;
        long writers;
    }

    /** What a node's part of a request is; it returns what the client does when the response arrives. */
    private interface Request {
        Runnable serve(SimulatedNode node, SimulatedSession.Promise promise);
    }

    private enum Ending {
        ANSWERED,
        REFUSED,
        NO_ANSWER
    }

    private record Response(Ending ending, Runnable then) {}

    SimulatedClient(
            Schedule schedule,
            Random random,
            List<SimulatedNode> nodes,
            StoreInspector inspector,
            SimulatedSession session,
            Scenario scenario,
            boolean sticky,
            Tally tally) {
        this.schedule = schedule;
        this.random = random;
        this.nodes = nodes;
        this.inspector = inspector;
        this.session = session;
        this.sticky = sticky;
        this.locks = scenario.has(Trait.LOCKS);
        this.alert = scenario.has(Trait.ALERT);
        this.slow = scenario.has(Trait.HOLDERS_CHANGE);
        this.maxInactive = scenario.maxInactive();
        this.tally = tally;
    }

    void use(int requests) {
        for (int i = 0; i < requests; i++) {
            rest();
            boolean unused = switch (random.nextInt(8)) {
                case 0 -> request(this::touch);
                case 1 -> request(this::read);
                case 2 -> request((node, promise) -> writeAlone(node, promise, true));
                default -> request((node, promise) -> writeAlone(node, promise, false));
            };
        }
    }

    /** Uses it without writing. */
    void keepAlive() {
        rest();
        boolean unused = request(this::touch);
    }

    /** Until the next request; one that is alert makes it about when the stores' view changes. */
    private void rest() {
        if (alert) {
            schedule.await(inspector.nextView(), Duration.ofMillis(2_500));
        }
        boolean soon = slow || random.nextBoolean();
        schedule.pause(Duration.ofMillis(random.nextInt(soon ? 50 : alert ? 500 : 2_500)));
    }

    /** Ends the session after a while; another client may do so too. */
    void end() {
        schedule.pause(Duration.ofMillis(2_000 + random.nextInt(4_000)));
        boolean unused = request(this::end);
    }

    /** Tries until it is served, on each node. */
    void readEverywhere(Duration within) {
        long end = schedule.nanos() + within.toNanos();
        for (SimulatedNode node : nodes) {
            while (exchange(node, this::look, 20_000) != Ending.ANSWERED) {
                if (schedule.nanos() > end) {
                    throw new AssertionError(
                            "node " + node.name() + " still refuses " + within.toSeconds() + " s after the last fault");
                }
                schedule.pause(Duration.ofMillis(100));
            }
        }
    }

    private boolean request(Request request) {
        SimulatedNode last = null;
        for (int i = 0; i < TRIES; i++) {
            SimulatedNode node = choose(last);
            last = node;
            int[] patience = {700, 3_000, 12_000};
            Ending ending = exchange(node, request, patience[random.nextInt(patience.length)]);
            if (ending == Ending.ANSWERED) {
                return true;
            }
            tally.refused += ending == Ending.REFUSED ? 1 : 0;
            tally.unanswered += ending == Ending.NO_ANSWER ? 1 : 0;
            if (ending == Ending.REFUSED && random.nextBoolean()) {
                return false;
            }
        }
        return false;
    }

    private SimulatedNode choose(@Nullable SimulatedNode notThis) {
        List<SimulatedNode> alive = nodes.stream()
                .filter(n -> !n.process().isDead() && n != notThis)
                .toList();
        if (alive.isEmpty()) {
            return nodes.get(0);
        }
        if (sticky) {
            for (SimulatedNode node : alive) {
                if (node.name().equals(session.route())) {
                    return node;
                }
            }
        }
        return alive.get(random.nextInt(alive.size()));
    }

    private Ending exchange(SimulatedNode node, Request request, int patience) {
        SimulatedProcess process = node.process();
        if (process.isDead()) {
            schedule.pause(Duration.ofMillis(20));
            return Ending.NO_ANSWER;
        }
        SimulatedSession.Promise promise = session.promise();
        CompletableFuture<Response> response = new CompletableFuture<>();
        process.atDeath(() -> complete(response, Ending.NO_ANSWER));
        process.start(() -> {
            Response made = serve(node, request, promise);
            schedule.after(random.nextInt(3), () -> {
                boolean unused = response.complete(made);
            });
        });
        schedule.after(patience, () -> complete(response, Ending.NO_ANSWER));
        schedule.await(response);
        Response came = response.join();
        came.then().run();
        schedule.trace(() -> "client of " + node.name() + ": " + came.ending());
        return came.ending();
    }

    private static void complete(CompletableFuture<Response> response, Ending ending) {
        boolean unused = response.complete(new Response(ending, () -> {}));
    }

    private static Response serve(SimulatedNode node, Request request, SimulatedSession.Promise promise) {
        try {
            return new Response(Ending.ANSWERED, request.serve(node, promise));
        } catch (SessionsUnavailable e) {
            return new Response(Ending.REFUSED, () -> {});
        }
    }

    /** The session as the node's repository has it, or its heap, if it is sticky and served the session last. */
    private Optional<SessionRecord> load(SimulatedNode node, SimulatedSession.Promise promise) {
        Optional<SessionRecord> held = node.held(promise.id());
        if (sticky && held.isPresent() && session.route().equals(node.name())) {
            session.check(promise, held, schedule.millis(), "in the heap of " + node.name());
            return held;
        }
        return loadFromStores(node, promise);
    }

    private Optional<SessionRecord> loadFromStores(SimulatedNode node, SimulatedSession.Promise promise) {
        SessionId id = promise.id();
        List<StoreInspector.Copy> copies = inspector.copies(id);
        Optional<Remembered> loaded = node.repository().load(id, node.remembered(id));
        if (loaded.isPresent() && !inspector.haveAll(copies, id, loaded.get().record())) {
            throw new AssertionError("what was read on " + node.name() + " is not in every store that is believed");
        }
        session.check(promise, loaded.map(Remembered::record), schedule.millis(), "on " + node.name());
        loaded.ifPresentOrElse(seen -> node.remember(id, seen), () -> node.forget(id));
        return loaded.map(Remembered::record);
    }

    /** As somebody who is in no session looks at it. */
    private Runnable look(SimulatedNode node, SimulatedSession.Promise promise) {
        for (SessionId former : session.former()) {
            if (node.repository().load(former, null).isPresent()) {
                throw new AssertionError("a former id still leads to a session on " + node.name());
            }
        }
        return loadFromStores(node, promise).isEmpty() ? () -> session.gone(promise.id()) : () -> {};
    }

    private Runnable read(SimulatedNode node, SimulatedSession.Promise promise) {
        return load(node, promise).isEmpty() ? () -> session.gone(promise.id()) : () -> session.route(node.name());
    }

    private Runnable touch(SimulatedNode node, SimulatedSession.Promise promise) {
        long began = schedule.millis();
        long used = node.process().millis();
        if (load(node, promise).isEmpty()) {
            return () -> session.gone(promise.id());
        }
        if (!node.repository().touch(promise.id(), maxInactive, used)) {
            session.check(promise, Optional.empty(), schedule.millis(), "touched on " + node.name());
            return () -> session.gone(promise.id());
        }
        return () -> {
            session.route(node.name());
            session.used(began);
        };
    }

    /** Has the lock, if the session is locked by who writes. */
    private Runnable writeAlone(SimulatedNode node, SimulatedSession.Promise promise, boolean removes) {
        if (!locks) {
            return write(node, promise, removes);
        }
        int freezes = node.process().freezes();
        SessionLock lock = node.locks().acquire(promise.id()).orElseThrow();
        SimulatedSession.Locked locked = session.lock(node.process(), freezes);
        try {
            return write(node, promise, removes);
        } finally {
            session.unlock(locked);
            lock.release();
        }
    }

    private Runnable write(SimulatedNode node, SimulatedSession.Promise promise, boolean removes) {
        Optional<SessionRecord> loaded = load(node, promise);
        if (loaded.isEmpty()) {
            return () -> session.gone(promise.id());
        }
        long began = schedule.millis();
        SessionId id = promise.id();
        SessionRecord seen = loaded.get();
        think();
        long writer = ++tally.writers;
        SimulatedSession.Written written =
                removes ? session.writeAndRemove(seen, writer, schedule.millis()) : session.write(seen, writer);
        Optional<Remembered> saved =
                node.repository().merge(id, written.session(), written.names(), node.remembered(id));
        if (saved.isEmpty()) {
            session.check(session.promise(), Optional.empty(), schedule.millis(), "saved on " + node.name());
            node.forget(id);
            return () -> session.gone(promise.id());
        }
        node.remember(SessionId.parse(saved.get().record().id()).orElseThrow(), saved.get());
        if (locks && !written.isIn(saved.get().record())) {
            throw new SessionsUnavailable("another request wrote it although it was locked");
        }
        return () -> {
            schedule.trace(() -> "acknowledged " + written.names() + " count " + written.count());
            if (locks) {
                session.acknowledgeAlone(written);
            } else {
                session.acknowledge(written);
            }
            inspector.check(session);
            session.used(began);
            session.route(node.name());
            tally.acknowledged++;
        };
    }

    /** Gives the session another id, as at a login. */
    void move() {
        schedule.pause(Duration.ofMillis(random.nextInt(5_000)));
        SimulatedNode node = choose(null);
        Ending unused = exchange(node, this::move, 12_000);
    }

    private Runnable move(SimulatedNode node, SimulatedSession.Promise promise) {
        Optional<SessionRecord> loaded = load(node, promise);
        if (loaded.isEmpty()) {
            return () -> session.gone(promise.id());
        }
        session.moving();
        SessionId after = node.repository().newId();
        Optional<Remembered> moved = node.repository().move(promise.id(), after, loaded.get(), ++tally.writers);
        node.forget(promise.id());
        if (moved.isEmpty()) {
            session.check(session.promise(), Optional.empty(), schedule.millis(), "moved on " + node.name());
            return () -> {};
        }
        SessionId now = SessionId.parse(moved.get().record().id()).orElseThrow();
        node.remember(now, moved.get());
        return () -> session.moved(now);
    }

    private Runnable end(SimulatedNode node, SimulatedSession.Promise promise) {
        session.ending();
        Optional<SessionRecord> loaded = load(node, promise);
        if (loaded.isPresent()) {
            if (node.repository().end(promise.id(), loaded.get(), ++tally.writers)) {
                session.destroyed();
            }
            node.forget(promise.id());
        }
        return session::ended;
    }

    /** Most requests are quick, some are slow; unless they are to take about as long as a change of views. */
    private void think() {
        if (slow) {
            schedule.pause(Duration.ofMillis(random.nextInt(600)));
            return;
        }
        int[] millis = {0, 0, 0, 1, 20, 20, 400, maxInactive < 10 ? 1_000 * (Expiry.of(maxInactive, 0) + 5) : 4_000};
        schedule.pause(Duration.ofMillis(millis[random.nextInt(millis.length)]));
    }
}
