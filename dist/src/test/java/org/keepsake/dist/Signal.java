package org.keepsake.dist;

import java.util.List;

/** What {@code kill} can say to one process. */
enum Signal {
    KILL,
    STOP,
    CONT,
    INT,
    TERM;

    void send(long pid) {
        Command.run(List.of("kill", "-" + name(), Long.toString(pid)));
    }
}
