package org.keepsake.store;

import java.util.Locale;

/** What is counted, named as in protocol.txt, "General-purpose statistics". */
enum Counter {
    TOTAL_CONNECTIONS,
    REJECTED_CONNECTIONS,
    RESPONSE_OBJ_OOM,
    CMD_GET,
    CMD_SET,
    CMD_FLUSH,
    CMD_TOUCH,
    GET_HITS,
    GET_MISSES,
    GET_EXPIRED,
    DELETE_MISSES,
    DELETE_HITS,
    INCR_MISSES,
    INCR_HITS,
    DECR_MISSES,
    DECR_HITS,
    CAS_MISSES,
    CAS_HITS,
    CAS_BADVAL,
    TOUCH_HITS,
    TOUCH_MISSES,
    AUTH_CMDS,
    AUTH_ERRORS,
    STORE_TOO_LARGE,
    STORE_NO_MEMORY,
    BYTES_READ,
    BYTES_WRITTEN,
    TOTAL_ITEMS,
    EXPIRED_UNFETCHED,
    EVICTED_UNFETCHED,
    EVICTIONS,
    RECLAIMED,
    CRAWLER_RECLAIMED;

    /** The name a client sees. */
    String statName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
