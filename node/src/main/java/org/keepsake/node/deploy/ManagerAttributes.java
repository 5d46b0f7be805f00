package org.keepsake.node.deploy;

import static java.util.Map.entry;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.keepsake.node.session.SessionSettings;
import org.keepsake.node.session.settings.HeapSettings;
import org.keepsake.node.session.settings.LockSettings.TimeoutAction;
import org.keepsake.node.session.settings.LockingMode;
import org.keepsake.node.session.settings.RecordSettings.Granularity;
import org.keepsake.node.session.settings.StorageKeyPrefix;

/** The attributes of {@code <Manager>} in an application's context file, in the words of memcached-session-manager. */
final class ManagerAttributes {

    /** Settings with one attribute taken over; refuses with one sentence. */
    private interface Change {
        SessionSettings apply(SessionSettings settings, String value);
    }

    private static final Map<String, Change> OF_AN_APPLICATION = Map.ofEntries(
            entry("sticky", (settings, value) -> settings.withSticky(flag(value))),
            entry(
                    "lockingMode",
                    (settings, value) -> settings.with(settings.locks().withMode(LockingMode.parse(value)))),
            entry(
                    "lockExpiration",
                    (settings, value) -> settings.with(settings.locks().withExpiration(time(value)))),
            entry(
                    "lockTimeoutAction",
                    (settings, value) ->
                            settings.with(settings.locks().withTimeoutAction(word(TimeoutAction.class, value)))),
            entry(
                    "requestUriIgnorePattern",
                    (settings, value) -> settings.withRequestUriIgnorePattern(Optional.of(pattern(value)))),
            entry(
                    "sessionBackupAsync",
                    (settings, value) -> settings.with(settings.backup().withAsync(flag(value)))),
            entry(
                    "sessionBackupTimeout",
                    (settings, value) -> settings.with(settings.backup().withTimeout(time(value)))),
            entry(
                    "backupThreadCount",
                    (settings, value) -> settings.with(settings.backup().withThreads(number(value)))),
            entry(
                    "sessionAttributeFilter",
                    (settings, value) -> settings.with(settings.records().withAttributes(Optional.of(pattern(value))))),
            entry(
                    "sessionGranularity",
                    (settings, value) ->
                            settings.with(settings.records().withGranularity(word(Granularity.class, value)))),
            entry(
                    "storageKeyPrefix",
                    (settings, value) ->
                            settings.with(settings.records().withKeyPrefix(StorageKeyPrefix.parse(value)))),
            entry(
                    "transcoder",
                    (settings, value) -> settings.with(settings.records().withTranscoder(value))),
            entry(
                    "transcoderFactoryClass",
                    (settings, value) -> settings.with(settings.records().withTranscoder(transcoder(value)))),
            entry(
                    "customConverter",
                    (settings, value) -> settings.with(settings.records().withCustomConverters(list(value)))),
            entry(
                    "copyCollectionsForSerialization",
                    (settings, value) -> settings.with(settings.records().withCopyCollections(flag(value)))),
            entry(
                    "maxActiveSessions",
                    (settings, value) -> settings.with(settings.heap().withMaxActive(limit(value)))),
            entry(
                    "expireSessionsOnShutdown",
                    (settings, value) -> settings.with(settings.replication().withExpireOnShutdown(flag(value)))),
            entry(
                    "notifyListenersOnReplication",
                    (settings, value) -> settings.with(settings.replication().withNotifyListeners(flag(value)))),
            entry(
                    "maxIdleBackup",
                    (settings, value) -> settings.with(settings.backup().withMaxIdle(idle(value)))),
            entry(
                    "replicationFilter",
                    (settings, value) -> settings.with(settings.replication().withFilter(Optional.of(pattern(value))))),
            entry(
                    "minIdleSwap",
                    (settings, value) -> settings.with(settings.heap()
                            .withIdleSwap(idle(value), settings.heap().maxIdleSwap()))),
            entry(
                    "maxIdleSwap",
                    (settings, value) -> settings.with(
                            settings.heap().withIdleSwap(settings.heap().minIdleSwap(), idle(value)))),
            entry("enableStatistics", (settings, value) -> settings.withStatistics(flag(value))));

    private static final Map<String, String> OF_THE_NODE = Map.of(
            "memcachedNodes", "--memcached-nodes",
            "failoverNodes", "--failover-nodes",
            "memcachedProtocol", "--memcached-protocol",
            "username", "--memcached-username",
            "password", "--memcached-password-file",
            "operationTimeout", "--operation-timeout");

    /** What stands behind the names of memcached-session-manager's serializers. */
    private static final Map<String, String> TRANSCODERS = Map.of(
            "JavaSerializationTranscoderFactory", "java",
            "KryoTranscoderFactory", "kryo",
            "JavolutionTranscoderFactory", "javolution",
            "XStreamTranscoderFactory", "xstream",
            "JSONTranscoderFactory", "flexjson");

    private static final Pattern SECONDS = Pattern.compile("-?\\d{1,9}");
    private static final Pattern MILLISECONDS = Pattern.compile("\\d{1,9}");

    private ManagerAttributes() {}

    /** Whether an application may say this for itself. */
    static boolean isOfAnApplication(String attribute) {
        return OF_AN_APPLICATION.containsKey(attribute);
    }

    /** The option that says for the whole node what this attribute said on Tomcat. */
    static Optional<String> optionOfTheNode(String attribute) {
        return Optional.ofNullable(OF_THE_NODE.get(attribute));
    }

    /**
     * The settings that an application's own are applied to, one after the other: without those that would contradict
     * the first of two while the second is still to come.
     */
    static SessionSettings without(SessionSettings settings, Set<String> attributes) {
        return attributes.containsAll(Set.of("minIdleSwap", "maxIdleSwap"))
                ? settings.with(settings.heap().withIdleSwap(Optional.empty(), Optional.empty()))
                : settings;
    }

    /**
     * The settings with an attribute's value, which may be none of an application's own: then they stay as they are.
     *
     * @throws IllegalArgumentException with one sentence when the value cannot be
     */
    static SessionSettings apply(SessionSettings settings, String attribute, String value) {
        return OF_AN_APPLICATION
                .getOrDefault(attribute, (unchanged, unused) -> unchanged)
                .apply(settings, value.strip());
    }

    /** @throws IllegalArgumentException unless it is true or false, in any case */
    static boolean flag(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("\"" + value + "\" is neither true nor false");
        };
    }

    private static int number(String value) {
        if (!MILLISECONDS.matcher(value).matches()) {
            throw new IllegalArgumentException("\"" + value + "\" is not a number");
        }
        return Integer.parseInt(value);
    }

    /** A number, or -1 for none. */
    private static int limit(String value) {
        return value.equals("-1") ? HeapSettings.UNLIMITED : number(value);
    }

    /** Seconds, as on Tomcat; any negative number for never. */
    private static Optional<Duration> idle(String value) {
        if (!SECONDS.matcher(value).matches()) {
            throw new IllegalArgumentException("\"" + value + "\" is not a number of seconds");
        }
        return Optional.of(Duration.ofSeconds(Long.parseLong(value))).filter(time -> !time.isNegative());
    }

    private static Duration time(String value) {
        if (!MILLISECONDS.matcher(value).matches()) {
            throw new IllegalArgumentException("\"" + value + "\" is not a number of milliseconds");
        }
        return Duration.ofMillis(Long.parseLong(value));
    }

    private static Pattern pattern(String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "\"" + value + "\" is no regular expression: " + e.getDescription() + " at " + e.getIndex());
        }
    }

    private static List<String> list(String value) {
        return List.of(value.split("[,\\s]+"));
    }

    private static <E extends Enum<E>> E word(Class<E> type, String value) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(value)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("\"" + value + "\" is not one of "
                + List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT));
    }

    private static String transcoder(String factory) {
        String transcoder = TRANSCODERS.get(factory.substring(factory.lastIndexOf('.') + 1));
        if (transcoder == null) {
            throw new IllegalArgumentException("\"" + factory + "\" is none of memcached-session-manager's own;"
                    + " another transcoder is named by the attribute transcoder");
        }
        return transcoder;
    }
}
