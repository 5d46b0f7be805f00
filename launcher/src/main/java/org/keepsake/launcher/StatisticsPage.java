package org.keepsake.launcher;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.keepsake.launcher.admin.AdminAnswer;
import org.keepsake.launcher.admin.AdminPage;
import org.keepsake.launcher.admin.Json;
import org.keepsake.node.session.SessionStatistics;

/** {@code /api/sessions/statistics}: what happened to the sessions of each application of this process's node. */
record StatisticsPage(Supplier<List<SessionStatistics>> statistics) implements AdminPage {

    @Override
    public AdminAnswer get() {
        return AdminAnswer.json(
                Json.of(statistics.get().stream().map(StatisticsPage::values).toList()));
    }

    /** Every number by its name, in the order of the record, the application among them. */
    static Map<String, Object> values(SessionStatistics statistics) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : SessionStatistics.class.getRecordComponents()) {
            values.put(component.getName(), value(statistics, component));
        }
        return values;
    }

    private static Object value(SessionStatistics statistics, RecordComponent component) {
        try {
            return component.getAccessor().invoke(statistics);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the statistics have no readable " + component.getName(), e);
        }
    }

    /** The names of the numbers. */
    static List<String> names() {
        return Arrays.stream(SessionStatistics.class.getRecordComponents())
                .filter(component -> component.getType() == long.class)
                .map(RecordComponent::getName)
                .toList();
    }
}
