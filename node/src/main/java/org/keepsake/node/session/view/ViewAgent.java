package org.keepsake.node.session.view;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.session.time.Timing;

/**
 * Looks after the view for one node: reads it from the stores, compares with the other nodes, and, when this node
 * leads, decides the next one. Used by one thread; what it answers to other nodes, by theirs.
 *
 * <p>A change is promised by every node, then written to every store that is CLEAN before and after, then every node
 * goes by it, and only then is anything acknowledged under it. Whoever finds one that was left half done finishes it.
 */
final class ViewAgent {

    private static final System.Logger LOG = System.getLogger(ViewAgent.class.getName());

    /** Longer between two looks than they ever take. */
    private static final long STOOD_STILL = Duration.ofMillis(1_500).toNanos();

    /**
     * Added to the wait for what cannot be listed: the copies that nodes give from their heaps have a whole life before
     * them, and are given some moments after the wait begins.
     */
    private static final long MARGIN_SECONDS = 60;

    private static final String STATE = "state";
    private static final String PROPOSE = "propose";
    private static final String ADOPT = "adopt";
    private static final String CONFIRMED = "confirmed";

    private final Supplier<List<MemcachedConnection>> ring;
    private final Peers peers;
    private final Timing timing;
    private final RandomGenerator random;
    private final ViewSettings settings;
    private final ViewState state;
    private final Contact contact;
    private final KeptElsewhere elsewhere;
    private final Ballot ballot;
    private final Runnable wake;
    private final long started;

    /** Since when a store is out of reach of some node, in nanoseconds. The agent's thread only. */
    private final Map<String, Long> lostSince = new HashMap<>();

    /** When the last look round began. The agent's thread only. */
    private long lastTick;

    /** Whether this node has something in its heap that no store has. */
    private volatile BooleanSupplier keeps = () -> false;

    /** Written by the agent, read by those who answer for it. */
    private volatile Map<String, String> reach = Map.of();

    /** Whether this node leads, as it was last found out. */
    private volatile boolean leads;

    /** The last view for which everything was copied, and the last recovering one this node's heap was put into. */
    private volatile long copied;

    private volatile long recovered;

    /** The last view of which somebody found that not all that is to be copied can be listed. */
    private final AtomicLong unlisted = new AtomicLong();

    /** For how long stores keep any session, as far as this node and those it heard know; grows. */
    private final AtomicInteger longest = new AtomicInteger();

    ViewAgent(
            Supplier<List<MemcachedConnection>> ring,
            Peers peers,
            Timing timing,
            RandomGenerator random,
            ViewSettings settings,
            ViewState state,
            Contact contact,
            Runnable wake) {
        this.ring = ring;
        this.peers = peers;
        this.timing = timing;
        this.random = random;
        this.settings = settings;
        this.state = state;
        this.contact = contact;
        this.elsewhere = new KeptElsewhere(timing);
        this.ballot = new Ballot(timing);
        this.wake = wake;
        this.started = timing.nanos();
        this.lastTick = started;
    }

    void keepsWhere(BooleanSupplier keeping) {
        keeps = keeping;
    }

    /** Whether another node may have something in its heap that no store has. */
    boolean mayBeKeptElsewhere() {
        return elsewhere.isPossible();
    }

    boolean leads() {
        return leads;
    }

    void copied(long view) {
        copied = view;
        wake.run();
    }

    void recovered(long view) {
        recovered = view;
        wake.run();
    }

    long recovered() {
        return recovered;
    }

    /** Stores keep a session for so many seconds after its last use. */
    void keeps(int seconds) {
        if (seconds > longest.get()) {
            longest.accumulateAndGet(seconds, Math::max);
        }
    }

    /** Whether somebody found that not all that is to be copied in this view can be listed. */
    boolean isUnlisted(View view) {
        return unlisted.get() == view.number();
    }

    /**
     * Not all that is to be copied in a view can be listed.
     *
     * @param why which stores, and why
     */
    void unlisted(View view, String why) {
        unlisted.accumulateAndGet(view.number(), Math::max);
        int most = Math.max(view.longest(), longest.get());
        LOG.log(
                Level.WARNING,
                "node {0}: {1}: {2} cannot be listed; what the others lack is copied out of the heaps of the nodes and as"
                        + " sessions are used, {3}",
                settings.node(),
                view,
                why,
                most == View.FOREVER
                        ? "and because some sessions never expire they are not believed before it can be"
                        : "and in %d s, when all that was not used has expired, they have everything"
                                .formatted(most + MARGIN_SECONDS));
        wake.run();
    }

    /** Whether all that was not copied, because it was not used and could not be listed, has expired. */
    private boolean isWaitedFor(View view, Facts facts) {
        long most = Math.max(view.longest(), facts.longest());
        return isUnlisted(view) && most > 0 && most != View.FOREVER && facts.waited(view) >= most + MARGIN_SECONDS;
    }

    /** One look round; blocks for about as long as one operation on a store. */
    void tick() {
        long begun = timing.nanos();
        if (begun - lastTick > STOOD_STILL) {
            // What it missed while it stood still says nothing of the stores.
            lostSince.clear();
        }
        lastTick = begun;
        Look look = Look.at(ring.get(), timing);
        reach = look.reach();
        learn(look);
        state.looked(begun, isTold(look));
        if (look.isEmpty()) {
            return;
        }
        noteReached(look, begun);
        long asked = timing.nanos();
        Peers.Round round = ask(STATE + "\n" + report(true).encode(), ViewSettings.ASK);
        List<Report> reports = reports(round);
        reports.forEach(this::learn);
        leads = reports.stream().allMatch(other -> settings.node().compareTo(other.node()) <= 0);
        if (!round.complete()) {
            elsewhere.possible();
            state.away(false);
            return;
        }
        if (round.accounted() && state.foreign().isEmpty() && reports.stream().noneMatch(Report::keeps)) {
            elsewhere.nothing(asked);
        }
        contact.answered(asked, reports.stream().map(Report::node).collect(Collectors.toSet()), round.accounted());
        Optional<View> view = state.view();
        if (view.isPresent()) {
            settle(view.get(), look);
            lead(look, reports);
        } else if (leads) {
            begin(look);
        }
        // Once more: it may have heard just now which stores are CLEAN.
        noteReached(look, begun);
    }

    /** Whether a believed store said which view it has: were there a later one, this node would go by it now. */
    private boolean isTold(Look look) {
        boolean told = false;
        for (Look.Seen seen : look.all()) {
            told |= seen.view() != null && isBelieved(seen);
        }
        return told;
    }

    private void noteReached(Look look, long begun) {
        boolean reached = state.view().stream()
                .flatMap(view -> view.entries().stream())
                .anyMatch(entry -> look.of(entry.name())
                        .filter(seen -> entry.isCleanIn(seen.incarnation()))
                        .isPresent());
        if (reached) {
            state.reached(begun);
        }
    }

    private void learn(Look look) {
        for (Look.Seen seen : look.all()) {
            View found = seen.view();
            if (found != null && isBelieved(seen)) {
                boolean unused = state.adopt(found);
            }
        }
    }

    private boolean isBelieved(Look.Seen seen) {
        return state.view()
                .filter(view -> view.isClean(seen.store().node().name(), seen.incarnation()))
                .isPresent();
    }

    private void learn(Report report) {
        report.view().ifPresent(state::adopt);
        Progress theirs = report.progress();
        keeps(theirs.longest());
        Optional<View> view = state.view();
        if (view.isEmpty() || !view.equals(report.view())) {
            return;
        }
        if (theirs.confirmed() == view.get().number()) {
            state.confirm(theirs.confirmed());
        }
        if (theirs.unlisted() == view.get().number()) {
            unlisted.accumulateAndGet(theirs.unlisted(), Math::max);
        }
    }

    /** Has every node go by the view, then everything that is done under it may be acknowledged; tells every store. */
    private void settle(View view, Look look) {
        List<MemcachedConnection> clean = new ArrayList<>();
        List<MemcachedConnection> others = new ArrayList<>();
        boolean complete = true;
        for (StoreEntry entry : view.entries()) {
            Optional<Look.Seen> seen = look.of(entry.name()).filter(Look.Seen::isReached);
            boolean believed =
                    seen.filter(s -> entry.isCleanIn(s.incarnation())).isPresent();
            complete &= believed || !entry.isClean();
            if (seen.isPresent() && !view.equals(seen.get().view())) {
                (believed ? clean : others).add(seen.get().store());
            }
        }
        complete &= ballot.write(view, clean, false);
        if (complete && !state.isConfirmed(view)) {
            confirm(view);
        }
        if (state.isConfirmed(view)) {
            others.forEach(store -> ballot.write(view, store, true));
        }
    }

    private void confirm(View view) {
        Peers.Round round = ask(ADOPT + " " + settings.node() + "\n" + view.text(), ViewSettings.ASK);
        boolean all = round.complete()
                && reports(round).stream()
                        .allMatch(report ->
                                report.view().filter(v -> v.comesFrom(view)).isPresent());
        if (all) {
            state.confirm(view.number());
            var unused = peers.ask(CONFIRMED + " " + view.number() + "\n" + view.text(), ViewSettings.ASK);
        }
    }

    private void lead(Look look, List<Report> others) {
        View view = state.view().orElseThrow();
        List<Report> reports = new ArrayList<>(others);
        reports.add(report(true));
        List<View> views = new ArrayList<>(state.foreign());
        reports.forEach(report -> report.view().ifPresent(views::add));
        Facts facts = new Facts(reports, views);
        noteLosses(view, facts);
        state.away(view.entries().stream().noneMatch(facts::isReachedClean));
        if (leads) {
            rules(view, facts).next().ifPresent(proposal -> propose(view, proposal, look));
        }
    }

    private ViewRules rules(View view, Facts facts) {
        Set<String> failover = new HashSet<>();
        boolean allListed = true;
        for (MemcachedConnection store : ring.get()) {
            allListed &= store.listed();
            if (store.node().failover()) {
                failover.add(store.node().name());
            }
        }
        return new ViewRules(
                view,
                facts,
                store -> isLostFor(store, ViewSettings.BLIP.toNanos()),
                store -> isLostFor(store, settings.replaceAfter().toNanos()),
                copied == view.number() || isWaitedFor(view, facts),
                allListed ? 0 : facts.longest(),
                failover,
                this::newId);
    }

    private String newId() {
        return "%08x".formatted(random.nextInt());
    }

    private void noteLosses(View view, Facts facts) {
        long now = timing.nanos();
        for (StoreEntry entry : view.entries()) {
            if (facts.reachedByAll(entry.name()).isEmpty()) {
                lostSince.putIfAbsent(entry.name(), now);
            } else {
                lostSince.remove(entry.name());
            }
        }
    }

    private boolean isLostFor(String store, long nanos) {
        Long since = lostSince.get(store);
        return since != null && timing.nanos() - since >= nanos;
    }

    /** Whether some store is out of reach, so that the next look should come soon. */
    boolean isUneasy() {
        return state.view().isEmpty()
                || state.view().filter(state::isConfirmed).isEmpty()
                || lostSince.values().stream()
                        .anyMatch(since -> timing.nanos() - since < 4 * ViewSettings.BLIP.toNanos());
    }

    private void propose(View base, ViewRules.Proposal proposal, Look look) {
        View next = proposal.next();
        boolean agreed = areUnreached(proposal.unreached())
                && isPromised(next, proposal.unreached())
                && state.view().filter(base::equals).isPresent();
        if (agreed && decide(base, next, look)) {
            boolean unused = state.adopt(next);
            confirm(next);
        }
    }

    /** Whether every node leaves the number of this view to this one, and none reaches these stores. */
    private boolean isPromised(View next, Set<String> unreached) {
        if (!state.promise(settings.node(), next.number())) {
            return false;
        }
        String question = PROPOSE + " " + settings.node() + " " + next.number() + " " + String.join(",", unreached);
        Peers.Round round = ask(question, ViewSettings.ASK_REACH);
        List<Report> reports = reports(round);
        reports.forEach(this::learn);
        return round.complete()
                && reports.stream().allMatch(Report::granted)
                && unreached.stream().allMatch(new Facts(reports, List.of())::isReachedByNone);
    }

    /** Looks once more: this process may have stood still since, and be the only one who thinks so. */
    private boolean areUnreached(Set<String> stores) {
        if (stores.isEmpty()) {
            return true;
        }
        Look again = Look.at(ring.get(), timing);
        reach = again.reach();
        return stores.stream()
                .allMatch(store -> again.of(store).filter(Look.Seen::isReached).isEmpty());
    }

    /** Writes the view where it is believed before and after; if there is no such store, wherever it can be. */
    private boolean decide(View base, View next, Look look) {
        List<MemcachedConnection> deciders = new ArrayList<>();
        for (StoreEntry entry : next.entries()) {
            if (entry.isClean() && base.isClean(entry.name(), entry.incarnation())) {
                Optional<MemcachedConnection> store = look.of(entry.name())
                        .filter(seen -> seen.incarnation().equals(entry.incarnation()))
                        .map(Look.Seen::store);
                if (store.isEmpty()) {
                    return false;
                }
                deciders.add(store.get());
            }
        }
        if (!deciders.isEmpty()) {
            return ballot.write(next, deciders, false);
        }
        List<MemcachedConnection> reached = look.reached();
        return !reached.isEmpty() && ballot.write(next, reached, true);
    }

    /** No node has a view: the stores may have one, else this is the first. */
    private void begin(Look look) {
        boolean waiting = timing.nanos() - started < ViewSettings.FIRST_CONTACT.toNanos();
        boolean missing = false;
        List<View> found = new ArrayList<>();
        List<View> valid = new ArrayList<>();
        List<StoreEntry> entries = new ArrayList<>();
        for (Look.Seen seen : look.all()) {
            String name = seen.store().node().name();
            missing |= !seen.isReached();
            Optional.ofNullable(seen.view()).ifPresent(view -> {
                found.add(view);
                if (speaks(view, name, seen.incarnation())) {
                    valid.add(view);
                }
            });
            entries.add(new StoreEntry(
                    name,
                    seen.store().node().failover(),
                    seen.incarnation(),
                    seen.isReached() ? StoreState.CLEAN : StoreState.DOWN,
                    true,
                    true));
        }
        if ((missing && waiting) || entries.stream().noneMatch(StoreEntry::isClean)) {
            return;
        }
        if (found.isEmpty()) {
            first(new View(1, List.of(newId()), 0, entries), look);
        } else {
            // The newest first; one that does not come of it is then met as a foreign one.
            List<View> choice = valid.isEmpty() ? found : valid;
            choice.sort((a, b) -> Long.compare(b.number(), a.number()));
            choice.forEach(state::adopt);
            wake.run();
        }
    }

    private static boolean speaks(View view, String store, String incarnation) {
        return view.isClean(store, incarnation)
                || (view.isRecovering()
                        && view.entry(store)
                                .filter(entry -> entry.incarnation().equals(incarnation))
                                .isPresent());
    }

    private void first(View view, Look look) {
        if (isPromised(view, Set.of()) && ballot.write(view, look.reached(), false) && state.adopt(view)) {
            confirm(view);
        }
    }

    private Peers.Round ask(String question, Duration atMost) {
        var round = peers.ask(question, atMost);
        timing.await(round);
        return round.join();
    }

    private static List<Report> reports(Peers.Round round) {
        List<Report> reports = new ArrayList<>();
        for (String answer : round.answers()) {
            try {
                reports.add(Report.decode(answer));
            } catch (IllegalArgumentException e) {
                LOG.log(Level.WARNING, "a node answered what is not understood here: {0}", e.getMessage());
            }
        }
        return reports;
    }

    /** Answers another node's question; may ask a store first. */
    String answer(String question) {
        try {
            String[] parts = question.split("\n", 2);
            String[] words = parts[0].split(" ", -1);
            return switch (words[0]) {
                case STATE -> compare(Report.decode(parts[1])).encode();
                case PROPOSE -> promise(words).encode();
                case ADOPT -> adopt(View.decode(parts[1])).encode();
                case CONFIRMED -> confirmed(View.decode(parts[1]));
                default -> "";
            };
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            LOG.log(Level.WARNING, "a node asked what is not understood here: {0}", e.getMessage());
            return "";
        }
    }

    private Report report(boolean granted) {
        Optional<View> view = state.view();
        Map<String, String> reached = reach;
        elsewhere.telling(
                view.map(View::number).orElse(0L),
                view.stream()
                        .flatMap(v -> v.entries().stream())
                        .anyMatch(entry -> entry.isCleanIn(reached.getOrDefault(entry.name(), ""))));
        long waited = view.map(state::waited).orElse(0L);
        Progress progress = new Progress(state.confirmed(), recovered, unlisted.get(), waited, longest.get());
        // In this order: it keeps something only while it is away.
        boolean keeping = state.isAway() || keeps.getAsBoolean();
        return new Report(settings.node(), granted, keeping, progress, reached, view);
    }

    /** What another node does not reach, this one looks at now rather than later. */
    private Report compare(Report theirs) {
        contact.askedBy(theirs.node());
        learn(theirs);
        boolean alarming = theirs.reach().entrySet().stream()
                .anyMatch(store -> store.getValue().isEmpty()
                        && !reach.getOrDefault(store.getKey(), "").isEmpty());
        if (alarming) {
            wake.run();
        }
        return report(true);
    }

    private Report promise(String[] words) {
        boolean granted = state.promise(words[1], Long.parseLong(words[2]));
        if (granted && !words[3].isEmpty()) {
            reach = Look.at(ring.get(), timing).reach();
        }
        return report(granted);
    }

    private Report adopt(View view) {
        if (state.adopt(view)) {
            wake.run();
        }
        return report(true);
    }

    private String confirmed(View view) {
        if (state.view().filter(view::equals).isPresent()) {
            state.confirm(view.number());
        }
        return "";
    }
}
