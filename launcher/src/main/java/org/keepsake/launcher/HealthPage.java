package org.keepsake.launcher;

import java.util.Locale;
import java.util.function.Supplier;
import org.keepsake.launcher.admin.AdminAnswer;
import org.keepsake.launcher.admin.AdminPage;
import org.keepsake.launcher.cluster.Service;

/** {@code /health}: 200 when every role is ready, 503 while one starts or drains. */
record HealthPage(Supplier<Service.State> state) implements AdminPage {

    @Override
    public AdminAnswer get() {
        Service.State now = state.get();
        return AdminAnswer.plain(
                now == Service.State.READY ? 200 : 503, now.name().toLowerCase(Locale.ROOT));
    }
}
