package org.keepsake.node.memcached;

import java.util.List;
import net.spy.memcached.ops.Operation;
import org.jspecify.annotations.Nullable;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;
import org.keepsake.node.store.Stored;

/** What a node can say to a store, in one of the protocols. Stateless. */
interface Commands {

    /** A command, ready to be sent. */
    @SuppressWarnings("ArrayRecordComponent") // made, sent, dropped; never compared
    record Command<T>(byte[] request, Endings<T> endings, Creator<T> creator) {

        Operation create(Pending<T> pending, Epoch epoch) {
            return creator.create(request, pending, epoch);
        }
    }

    /** Makes the operation that sends a command and reads its reply. */
    interface Creator<T> {
        Operation create(byte[] request, Pending<T> pending, Epoch epoch);
    }

    int LONGEST_KEY = 250;

    Command<Reply> gets(String key);

    Command<List<Reply>> gets(List<String> keys);

    Command<Stored> add(String key, byte[] value, int expiry);

    Command<Stored> set(String key, byte[] value, int expiry);

    Command<Stored> cas(String key, long cas, byte[] value, int expiry);

    Command<Outcome> touch(String key, int expiry);

    Command<Outcome> delete(String key);

    /** OK or REFUSED; UNKNOWN without a word on the login. */
    Command<Outcome> login(Credentials credentials);

    /**
     * Keys are kept to printable ASCII, stricter than protocol.txt: then no two strings can become the same bytes.
     *
     * @return what is wrong with the key, or null
     */
    static @Nullable String objection(String key) {
        if (key.isEmpty() || key.length() > LONGEST_KEY) {
            return "a key of " + key.length() + " characters: 1 to " + LONGEST_KEY + " are allowed";
        }
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) <= ' ' || key.charAt(i) > '~') {
                return "a key with a character that is not printable ASCII at " + i;
            }
        }
        return null;
    }
}
