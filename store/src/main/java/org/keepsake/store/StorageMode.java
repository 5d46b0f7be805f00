package org.keepsake.store;

/** The storage commands (protocol.txt, "Storage commands"). */
enum StorageMode {
    SET,
    ADD,
    REPLACE,
    APPEND,
    PREPEND,
    CAS
}
