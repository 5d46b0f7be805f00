package org.keepsake.launcher;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.Balancer;
import org.keepsake.balancer.rotation.AdminState;
import org.keepsake.balancer.rotation.UpstreamStatus;
import org.keepsake.launcher.admin.AdminAnswer;
import org.keepsake.launcher.admin.AdminPage;
import org.keepsake.launcher.admin.Json;

/**
 * {@code /api/upstreams}: the upstreams of this process's balancer. {@code PUT} of {@code NAME[,weight=2][,state=drain]} changes
 * one; the states are HAProxy's {@code ready}, {@code drain} and {@code maint}.
 *
 * @param balancer null until it has started
 */
record UpstreamsPage(Supplier<@Nullable Balancer> balancer) implements AdminPage {

    @Override
    public AdminAnswer get() {
        Balancer running = balancer.get();
        return running == null ? starting() : AdminAnswer.json(Json.of(document(running)));
    }

    private static AdminAnswer starting() {
        return AdminAnswer.plain(503, "the balancer is starting");
    }

    private static Map<String, Object> document(Balancer running) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("waiting", running.waiting());
        document.put(
                "upstreams",
                running.upstreams().stream().map(UpstreamsPage::describe).toList());
        return document;
    }

    private static Map<String, Object> describe(UpstreamStatus status) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", status.upstream().name());
        described.put("host", status.upstream().address().getHostString());
        described.put("port", status.upstream().address().getPort());
        described.put("route", status.upstream().route());
        described.put("backup", status.upstream().backup());
        described.put("weight", status.weight());
        described.put("state", status.state().word());
        described.put("up", status.up());
        described.put("active", status.active());
        described.put("requests", status.requests());
        described.put("failures", status.failures());
        return described;
    }

    @Override
    public AdminAnswer put(String body) {
        Balancer running = balancer.get();
        if (running == null) {
            return starting();
        }
        String[] parts = body.strip().split(",", -1);
        OptionalInt weight = OptionalInt.empty();
        Optional<AdminState> state = Optional.empty();
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].strip();
            if (part.startsWith("weight=")) {
                weight = OptionalInt.of(number(part.substring("weight=".length())));
            } else if (part.startsWith("state=")) {
                state = Optional.of(AdminState.parse(part.substring("state=".length())));
            } else {
                throw new IllegalArgumentException("'" + part + "' is none of weight=N and state=ready|drain|maint");
            }
        }
        if (weight.isEmpty() && state.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing to change: the form is NAME[,weight=N][,state=ready|drain|maint]");
        }
        return running.change(parts[0], weight, state)
                ? get()
                : AdminAnswer.plain(404, "there is no upstream '" + parts[0] + "'");
    }

    private static int number(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("weight '" + text + "' is not a number");
        }
        return Integer.parseInt(text);
    }
}
