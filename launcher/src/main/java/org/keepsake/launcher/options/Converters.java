package org.keepsake.launcher.options;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.keepsake.balancer.Stickiness;
import org.keepsake.balancer.gate.Rate;
import org.keepsake.balancer.rotation.Algorithm;
import org.keepsake.balancer.tls.Hsts;
import org.keepsake.launcher.cluster.Discovery;
import org.keepsake.launcher.cluster.Role;
import org.keepsake.node.session.settings.BackupSettings;
import org.keepsake.node.session.settings.LockSettings;
import org.keepsake.node.session.settings.LockingMode;
import org.keepsake.node.session.settings.RecordSettings;
import org.keepsake.node.session.settings.SessionManagerKind;
import org.keepsake.node.session.settings.StorageKeyPrefix;
import org.keepsake.node.session.settings.StoreSettings;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the text of an option becomes a value. Each refuses with a sentence that says what would have been right. */
final class Converters {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern DIGITS = Pattern.compile("\\d{1,9}");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kmg]?)b?", Pattern.CASE_INSENSITIVE);

    private Converters() {}

    /** {@code 300ms}, {@code 10s}, {@code 30m}, {@code 2h}, {@code 1d}. */
    static final class OfDuration implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Matcher matcher = DURATION.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("\"" + text + "\" is no time; write it like 300ms, 10s, 30m or 2h");
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
    }

    /** Bytes; a bare number is megabytes, as with memcached's {@code -m 64}. */
    static final class OfMemory implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return size(text, 20);
        }
    }

    /** Bytes; a bare number is bytes. */
    static final class OfSize implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return size(text, 0);
        }
    }

    /** Bytes; a bare number is bytes, as with memcached's {@code -I 1048576}. */
    static final class OfItemSize implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            long size = size(text, 0);
            if (size > Integer.MAX_VALUE) {
                throw new TypeConversionException("\"" + text + "\" is more than 2 GB");
            }
            return (int) size;
        }
    }

    private static long size(String text, int shiftOfBareNumber) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("\"" + text + "\" is no size; write it like 512k, 64m or 1g");
        }
        int shift = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> shiftOfBareNumber;
        };
        long number = Long.parseLong(matcher.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new TypeConversionException("\"" + text + "\" is more than can be counted");
        }
        return number << shift;
    }

    /** A role's word. */
    static final class OfRole implements ITypeConverter<Role> {
        @Override
        public Role convert(String text) {
            return worded(Role::of, text.strip());
        }
    }

    /** {@code multicast} or {@code static}. */
    static final class OfDiscovery implements ITypeConverter<Discovery> {
        @Override
        public Discovery convert(String text) {
            return switch (text) {
                case "multicast" -> Discovery.MULTICAST;
                case "static" -> Discovery.STATIC;
                default -> throw new TypeConversionException("\"" + text + "\" is neither multicast nor static");
            };
        }
    }

    /** A regular expression of {@link Pattern}. */
    static final class OfPattern implements ITypeConverter<Pattern> {
        @Override
        public Pattern convert(String text) {
            try {
                return Pattern.compile(text);
            } catch (PatternSyntaxException e) {
                throw new TypeConversionException(
                        "\"" + text + "\" is no regular expression: " + e.getDescription() + " at " + e.getIndex());
            }
        }
    }

    /** As {@link OfDuration}; a bare number is milliseconds, as with memcached-session-manager. */
    static final class OfMilliseconds implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return new OfDuration().convert(DIGITS.matcher(text).matches() ? text + "ms" : text);
        }
    }

    /** {@code memcached} or {@code standard}. */
    static final class OfSessionManager extends OfWord<SessionManagerKind> {
        OfSessionManager() {
            super("session manager of this version", SessionManagerKind.values());
        }
    }

    /** {@code sync} or {@code async}. */
    static final class OfReplication extends OfWord<BackupSettings.Replication> {
        OfReplication() {
            super("replication", BackupSettings.Replication.values());
        }
    }

    /** {@code fail} or {@code proceed}. */
    static final class OfLockTimeoutAction extends OfWord<LockSettings.TimeoutAction> {
        OfLockTimeoutAction() {
            super("lock timeout action", LockSettings.TimeoutAction.values());
        }
    }

    /** {@code text} or {@code binary}. */
    static final class OfMemcachedProtocol extends OfWord<StoreSettings.Protocol> {
        OfMemcachedProtocol() {
            super("protocol of memcached", StoreSettings.Protocol.values());
        }
    }

    /** {@code attribute} or {@code session}. */
    static final class OfGranularity extends OfWord<RecordSettings.Granularity> {
        OfGranularity() {
            super("session granularity", RecordSettings.Granularity.values());
        }
    }

    /** {@code none}, {@code auto}, {@code all} or {@code uriPattern:REGEX}. */
    static final class OfLockingMode implements ITypeConverter<LockingMode> {
        @Override
        public LockingMode convert(String text) {
            return worded(LockingMode::parse, text);
        }
    }

    /** {@code context,webappVersion} and the like. */
    static final class OfStorageKeyPrefix implements ITypeConverter<StorageKeyPrefix> {
        @Override
        public StorageKeyPrefix convert(String text) {
            return worded(StorageKeyPrefix::parse, text);
        }
    }

    /** {@code round-robin}, {@code cookie-hash:NAME} and the like. */
    static final class OfAlgorithm implements ITypeConverter<Algorithm> {
        @Override
        public Algorithm convert(String text) {
            return worded(Algorithm::parse, text);
        }
    }

    /** {@code none}, {@code route} or {@code cookie[:NAME]}. */
    static final class OfStickiness implements ITypeConverter<Stickiness> {
        @Override
        public Stickiness convert(String text) {
            return worded(Stickiness::parse, text);
        }
    }

    /** {@code 10/s,burst=20} and the like. */
    static final class OfRate implements ITypeConverter<Rate> {
        @Override
        public Rate convert(String text) {
            return worded(Rate::parse, text);
        }
    }

    /** {@code 365d}, {@code 365d,includeSubDomains}, {@code 365d,includeSubDomains,preload}. */
    static final class OfHsts implements ITypeConverter<Hsts> {
        @Override
        public Hsts convert(String text) {
            List<String> words = List.of(text.split(",", -1));
            List<String> more = words.subList(1, words.size());
            boolean known = Set.of("includeSubDomains", "preload").containsAll(more);
            if (!known || Set.copyOf(more).size() < more.size()) {
                throw new TypeConversionException(
                        "\"" + text + "\" is not of the form TIME[,includeSubDomains][,preload]");
            }
            return new Hsts(
                    new OfDuration().convert(words.get(0)),
                    more.contains("includeSubDomains"),
                    more.contains("preload"));
        }
    }

    /** A constant of an enum by its word, in any case. */
    private abstract static class OfWord<E extends Enum<E>> implements ITypeConverter<E> {

        private final String what;
        private final List<E> values;

        OfWord(String what, E[] values) {
            this.what = what;
            this.values = List.of(values);
        }

        @Override
        public E convert(String text) {
            return values.stream()
                    .filter(value -> value.name().equalsIgnoreCase(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("\"" + text + "\" is no " + what + "; there is "
                            + values.stream()
                                    .map(value -> value.name().toLowerCase(Locale.ROOT))
                                    .collect(Collectors.joining(", "))));
        }
    }

    /** A value's own sentence is the best there is. */
    private static <T> T worded(Function<String, T> parse, String text) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
