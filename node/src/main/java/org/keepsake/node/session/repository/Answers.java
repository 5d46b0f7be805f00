package org.keepsake.node.session.repository;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.memcached.MemcachedConnection;
import org.keepsake.node.memcached.Reply;
import org.keepsake.node.session.record.SessionRecord;
import org.keepsake.node.session.time.Timing;

/**
 * What the holders of a session said when all were asked at once. Used by one thread.
 *
 * <p>A copy that cannot be read says neither that there is a session nor that there is none; it counts only if another
 * holder has a good one, by which it is then replaced.
 */
final class Answers {

    private final Map<MemcachedConnection, Reply> replies = new LinkedHashMap<>();
    private final Map<MemcachedConnection, SessionRecord> records = new LinkedHashMap<>();
    private boolean damaged;

    private Answers() {}

    /** Asks all at once and waits once. */
    static Answers ask(List<MemcachedConnection> stores, String key, Timing timing) {
        Map<MemcachedConnection, CompletableFuture<Reply>> asked = new LinkedHashMap<>();
        for (MemcachedConnection store : stores) {
            asked.put(store, store.gets(key));
        }
        timing.await(CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new)));
        Answers answers = new Answers();
        asked.forEach((store, reply) -> answers.replies.put(store, reply.join()));
        return answers;
    }

    /** Whether every holder said what it has; an answer that did not come is neither yes nor no. */
    boolean complete() {
        return !replies.isEmpty()
                && replies.values().stream()
                        .allMatch(reply -> reply instanceof Reply.Found || reply instanceof Reply.Absent);
    }

    /** Whether every holder has exactly what this node remembers. */
    boolean allStill(@Nullable Remembered before) {
        if (before == null) {
            return false;
        }
        for (Map.Entry<MemcachedConnection, Reply> entry : replies.entrySet()) {
            if (!(entry.getValue() instanceof Reply.Found found)
                    || !before.isStill(entry.getKey().node().name(), found)) {
                return false;
            }
        }
        return true;
    }

    /** Makes records of what was found; what is still as remembered need not be decoded. */
    void decode(@Nullable Remembered before, CopyReader reader) {
        replies.forEach((store, reply) -> {
            if (reply instanceof Reply.Found found) {
                String name = store.node().name();
                SessionRecord session =
                        before != null && before.isStill(name, found) ? before.record() : reader.read(name, found);
                if (session == null) {
                    damaged = true;
                } else {
                    records.put(store, session);
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

    /** The encoding of what all hold: a record has only one. */
    byte[] anyBytes() {
        return seen().values().iterator().next().value();
    }

    @Nullable
    SessionRecord record(MemcachedConnection store) {
        return records.get(store);
    }

    @Nullable
    Reply reply(MemcachedConnection store) {
        return replies.get(store);
    }

    List<MemcachedConnection> stores() {
        return new ArrayList<>(replies.keySet());
    }

    /** The answers by store name, to be remembered. */
    Map<String, Reply.Found> seen() {
        Map<String, Reply.Found> seen = new LinkedHashMap<>();
        replies.forEach((store, reply) -> {
            if (reply instanceof Reply.Found found) {
                seen.put(store.node().name(), found);
            }
        });
        return seen;
    }
}
