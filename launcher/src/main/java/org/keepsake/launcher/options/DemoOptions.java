package org.keepsake.launcher.options;

import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** Options of the demo, which runs when no role is given. The initial values are the defaults. */
public final class DemoOptions {

    @Option(
            names = "--demo-restart-after",
            paramLabel = "TIME|never",
            converter = OfRestart.class,
            description = "when a process that was killed is started again (default: 10s)")
    public Optional<Duration> restartAfter = Optional.of(Duration.ofSeconds(10));

    static final class OfRestart implements ITypeConverter<Optional<Duration>> {
        @Override
        public Optional<Duration> convert(String text) {
            return text.equals("never") ? Optional.empty() : Optional.of(new Converters.OfDuration().convert(text));
        }
    }
}
