package org.keepsake.launcher;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.keepsake.balancer.rotation.UpstreamStatus;
import org.keepsake.launcher.admin.AdminAnswer;
import org.keepsake.launcher.admin.AdminPage;
import org.keepsake.launcher.cluster.Service;
import org.keepsake.node.session.SessionStatistics;

/** {@code /metrics} in Prometheus' text format: whether this process is ready, its memory, the sessions of its node and the upstreams of its balancer. */
record MetricsPage(
        Supplier<Service.State> state,
        Supplier<List<SessionStatistics>> statistics,
        Supplier<List<UpstreamStatus>> upstreams)
        implements AdminPage {

    private static final String ACTIVE = "active";

    @Override
    public AdminAnswer get() {
        StringBuilder text = new StringBuilder(4096);
        gauge(text, "keepsake_ready", state.get() == Service.State.READY ? 1 : 0);
        Runtime runtime = Runtime.getRuntime();
        gauge(text, "keepsake_heap_used_bytes", runtime.totalMemory() - runtime.freeMemory());
        gauge(text, "keepsake_heap_max_bytes", runtime.maxMemory());
        gauge(text, "keepsake_threads", Thread.activeCount());
        List<SessionStatistics> all = statistics.get();
        if (!all.isEmpty()) {
            StatisticsPage.names().forEach(name -> sessions(text, name, all));
        }
        upstreams(text, upstreams.get());
        return AdminAnswer.metrics(text.toString());
    }

    private static void gauge(StringBuilder text, String name, long value) {
        type(text, name, "gauge");
        text.append(name).append(' ').append(value).append('\n');
    }

    private static void upstreams(StringBuilder text, List<UpstreamStatus> all) {
        upstream(text, "up", "gauge", all, one -> one.up() ? 1 : 0);
        upstream(text, "weight", "gauge", all, UpstreamStatus::weight);
        upstream(text, "active_requests", "gauge", all, UpstreamStatus::active);
        upstream(text, "requests_total", "counter", all, UpstreamStatus::requests);
        upstream(text, "failures_total", "counter", all, UpstreamStatus::failures);
    }

    private static void upstream(
            StringBuilder text,
            String name,
            String type,
            List<UpstreamStatus> all,
            ToLongFunction<UpstreamStatus> value) {
        if (all.isEmpty()) {
            return;
        }
        String metric = "keepsake_upstream_" + name;
        type(text, metric, type);
        all.forEach(
                one -> sample(text, metric, "upstream", one.upstream().name(), Long.toString(value.applyAsLong(one))));
    }

    private static void sessions(StringBuilder text, String name, List<SessionStatistics> all) {
        boolean isGauge = name.equals(ACTIVE);
        String metric = "keepsake_sessions_" + snake(name) + (isGauge ? "" : "_total");
        type(text, metric, isGauge ? "gauge" : "counter");
        all.forEach(one -> sample(
                text,
                metric,
                "application",
                one.application(),
                String.valueOf(StatisticsPage.values(one).get(name))));
    }

    private static void type(StringBuilder text, String metric, String type) {
        text.append("# TYPE ").append(metric).append(' ').append(type).append('\n');
    }

    private static void sample(StringBuilder text, String metric, String label, String labelled, String value) {
        text.append(metric).append('{').append(label).append("=\"").append(label(labelled));
        text.append("\"} ").append(value).append('\n');
    }

    private static String snake(String camel) {
        return camel.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static String label(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
