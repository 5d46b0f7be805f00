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
    public Restart restart = new Restart(Optional.of(Duration.ofSeconds(10)));

    /**
     * When a process that ended is started again.
     *
     * @param after how long afterwards; empty means never
     */
    public record Restart(Optional<Duration> after) {}

    static final class OfRestart implements ITypeConverter<Restart> {
        @Override
        public Restart convert(String text) {
            return new Restart(
                    text.equals("never") ? Optional.empty() : Optional.of(new Converters.OfDuration().convert(text)));
        }
    }
}
