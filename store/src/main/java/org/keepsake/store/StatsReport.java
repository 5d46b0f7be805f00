package org.keepsake.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The answers to {@code stats} (protocol.txt, "Statistics"), with memcached's names where they mean the same. */
final class StatsReport {

    /** The protocol's version first: libmemcached takes no answer whose major number is 0. */
    static final String VERSION = "1.6.0-keepsake";

    /** One line of the answer. */
    record Statistic(String name, String value) {}

    private final Server server;
    private final StoreConfig config;
    private final List<Statistic> statistics = new ArrayList<>();

    StatsReport(Server server) {
        this.server = server;
        this.config = server.config;
    }

    /** Adds what a section tells, the one without a name being the general one; false if there is no such section. */
    boolean add(String section) {
        switch (section) {
            case "" -> general();
            case "settings" -> settings();
            case "items" -> items();
            case "sizes" -> sizes();
            case "conns" -> connections();
            default -> {
                return false;
            }
        }
        return true;
    }

    private void general() {
        long now = server.ticker.millis();
        line("pid", ProcessHandle.current().pid());
        // Both in whole seconds: time - uptime, when it started, is then always the same.
        line("uptime", now / 1000 - server.startedAt / 1000);
        line("time", now / 1000);
        line("version", VERSION);
        line("pointer_size", 64);
        line("max_connections", config.maxConnections());
        line("curr_connections", server.connectionCount());
        for (Counter counter : Counter.values()) {
            line(counter.statName(), server.statistics.get(counter));
        }
        line("read_buf_bytes", server.buffers.held());
        line("limit_maxbytes", config.memory());
        line("accepting_conns", 1);
        line("threads", config.threads());
        line("bytes", server.cache.bytes());
        line("curr_items", server.cache.items());
    }

    private void settings() {
        line("maxbytes", config.memory());
        line("maxconns", config.maxConnections());
        line("tcpport", config.listen().getPort());
        line("udpport", 0);
        line("inter", config.listen().getAddress().getHostAddress());
        line("verbosity", server.verbosity());
        line("evictions", "on");
        line("domain_socket", "NULL");
        line("num_threads", config.threads());
        line("cas_enabled", "yes");
        line("binding_protocol", "auto-negotiate");
        line("auth_enabled_sasl", config.credentials().isPresent() ? "yes" : "no");
        line("auth_enabled_ascii", config.credentials().isPresent() ? "yes" : "no");
        line("item_size_max", config.maxItemSize());
        line("maxconns_fast", "yes");
        line("flush_enabled", "yes");
        line("lru_segmented", "no");
        line("shutdown_command", "no");
        line("track_sizes", "no");
    }

    /** All items are of one class, number 1. */
    private void items() {
        long items = server.cache.items();
        if (items > 0) {
            line("items:1:number", items);
            line("items:1:mem_requested", server.cache.bytes());
            itemLine(Counter.EVICTIONS, "evicted");
            itemLine(Counter.RECLAIMED, "reclaimed");
            itemLine(Counter.EXPIRED_UNFETCHED, "expired_unfetched");
            itemLine(Counter.EVICTED_UNFETCHED, "evicted_unfetched");
            itemLine(Counter.CRAWLER_RECLAIMED, "crawler_reclaimed");
        }
    }

    private void itemLine(Counter counter, String name) {
        line("items:1:" + name, server.statistics.get(counter));
    }

    private void sizes() {
        line("sizes_status", "disabled");
    }

    private void connections() {
        long now = server.ticker.millis();
        for (Connection connection : server.open()) {
            String prefix = String.format(Locale.ROOT, "%d:", connection.number());
            line(prefix + "addr", "tcp:" + connection.remoteAddress());
            line(prefix + "state", connection.state());
            line(prefix + "secs_since_last_cmd", (now - connection.lastActive()) / 1000);
        }
    }

    private void line(String name, long value) {
        line(name, Long.toString(value));
    }

    private void line(String name, String value) {
        statistics.add(new Statistic(name, value));
    }

    List<Statistic> statistics() {
        return statistics;
    }

    /** As the text protocol has it: lines, and the end. */
    byte[] toText() {
        StringBuilder lines = new StringBuilder();
        for (Statistic statistic : statistics) {
            lines.append("STAT ")
                    .append(statistic.name())
                    .append(' ')
                    .append(statistic.value())
                    .append("\r\n");
        }
        return Reply.line(lines.append("END").toString());
    }
}
