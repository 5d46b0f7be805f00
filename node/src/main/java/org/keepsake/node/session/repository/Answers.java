package org.keepsake.node.session.repository;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.time.Timing;
import org.keepsake.node.session.view.Belief;
import org.keepsake.node.session.view.Belief.Standing;
import org.keepsake.node.session.view.Holders;
import org.keepsake.node.session.view.Holders.Holder;
import org.keepsake.node.store.Reply;

/**
 * What the believed holders of a session said when all were asked at once, for its record and for the view. Used by one
 * thread.
 *
 * <p>A copy that cannot be read says neither that there is a session nor that there is none; it counts only if another
 * holder has a good one, by which it is then replaced.
 */
final class Answers {

    private final Map<Holder, Reply> replies = new LinkedHashMap<>();
    private final Map<Holder, Standing> standings = new LinkedHashMap<>();
    private final Map<Holder, SessionRecord> records = new LinkedHashMap<>();
    private boolean damaged;

    private Answers() {}

    /** Asks all at once and waits once. */
    static Answers ask(Holders holders, String key, Belief belief, Timing timing) {
        if (!belief.hasViews()) {
            return withoutViews(holders, key, timing);
        }
        Map<Holder, CompletableFuture<List<Reply>>> asked = new LinkedHashMap<>();
        for (Holder holder : holders.believed()) {
            asked.put(holder, holder.store().gets(List.of(key, Belief.VIEW_KEY)));
        }
        timing.awaitAll(asked.values());
        Answers answers = new Answers();
        asked.forEach((holder, both) -> {
            answers.replies.put(holder, both.join().get(0));
            answers.standings.put(holder, belief.standing(holder, both.join().get(1), holders.view()));
        });
        return answers;
    }

    private static Answers withoutViews(Holders holders, String key, Timing timing) {
        Answers answers = new Answers();
        ask(holders.believed(), key, timing).forEach((holder, reply) -> {
            answers.replies.put(holder, reply);
            answers.standings.put(holder, Standing.SAME);
        });
        return answers;
    }

    /** What each of these says of one key, all asked at once; an answer that did not come is among them as such. */
    static Map<Holder, Reply> ask(List<Holder> holders, String key, Timing timing) {
        Map<Holder, CompletableFuture<Reply>> asked = new LinkedHashMap<>();
        holders.forEach(holder -> asked.put(holder, holder.store().gets(key)));
        timing.awaitAll(asked.values());
        Map<Holder, Reply> replies = new LinkedHashMap<>();
        asked.forEach((holder, reply) -> replies.put(holder, reply.join()));
        return replies;
    }

    /** Whether one of them told of a later view, under which all are to be asked again. */
    boolean areOutdated() {
        return standings.containsValue(Standing.NEWER);
    }

    /** Whether every holder said what it has; an answer that did not come is neither yes nor no. */
    boolean complete() {
        return !replies.isEmpty() && replies.keySet().stream().allMatch(this::answered);
    }

    boolean answered(Holder holder) {
        Standing standing = standings.get(holder);
        boolean current = standing == Standing.SAME || standing == Standing.OLDER;
        return current && isFromTheirLife(holder, replies.get(holder));
    }

    private static boolean isFromTheirLife(Holder holder, @Nullable Reply reply) {
        if (reply instanceof Reply.Found found) {
            return holder.speaksIn(found.epoch());
        }
        return reply instanceof Reply.Absent absent && holder.speaksIn(absent.epoch());
    }

    /** Whether every holder has exactly what this node remembers. */
    boolean allStill(@Nullable Remembered before) {
        if (before == null) {
            return false;
        }
        for (Map.Entry<Holder, Reply> entry : replies.entrySet()) {
            if (!(entry.getValue() instanceof Reply.Found found)
                    || !before.isStill(entry.getKey().name(), found)) {
                return false;
            }
        }
        return true;
    }

    /** Makes records of the answers; what is still as remembered is not decoded. */
    void decode(@Nullable Remembered before, CopyReader reader) {
        replies.forEach((holder, reply) -> {
            if (reply instanceof Reply.Found found) {
                SessionRecord session = before != null && before.isStill(holder.name(), found)
                        ? before.record()
                        : reader.read(holder.name(), found);
                if (session == null) {
                    damaged = true;
                } else {
                    records.put(holder, session);
                }
            }
        });
    }

    /** Whether no holder has the session; a damaged copy leaves that open. */
    boolean nothing() {
        return records.isEmpty() && !damaged;
    }

    /** Whether the only copies there are cannot be read. */
    boolean onlyDamaged() {
        return records.isEmpty() && damaged;
    }

    /** What all holders together know. */
    SessionRecord merged() {
        return records.values().stream().reduce(SessionRecord::merge).orElseThrow();
    }

    /** Whether every holder has exactly this. */
    boolean allHold(SessionRecord session) {
        return records.size() == replies.size() && records.values().stream().allMatch(session::equals);
    }

    /** An encoding of what all hold. */
    byte[] anyBytes() {
        return seen().values().iterator().next().value();
    }

    @Nullable
    SessionRecord record(Holder holder) {
        return records.get(holder);
    }

    @Nullable
    Reply reply(Holder holder) {
        return replies.get(holder);
    }

    /** The answers by store name, to be remembered. */
    Map<String, Reply.Found> seen() {
        Map<String, Reply.Found> seen = new LinkedHashMap<>();
        replies.forEach((holder, reply) -> {
            if (reply instanceof Reply.Found found) {
                seen.put(holder.name(), found);
            }
        });
        return seen;
    }
}
