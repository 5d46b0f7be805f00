package org.keepsake.launcher.options;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What options are worth when the command line does not say: first the environment ({@code KEEPSAKE_MEMCACHED_NODES}
 * for {@code --memcached-nodes}), then the file of {@code --config}. Immutable.
 */
final class ConfigurationSources implements IDefaultValueProvider {

    static final String CONFIG = "--config";
    private static final String PREFIX = "KEEPSAKE_";
    private static final long LARGEST_FILE = 1 << 20;

    private final Map<String, String> environment;
    private final Properties file;

    private ConfigurationSources(Map<String, String> environment, Properties file) {
        this.environment = environment;
        this.file = file;
    }

    /** @throws UsageError when the file cannot be read or has a name that is no option */
    static ConfigurationSources read(Map<String, String> environment, @Nullable Path config, OptionNames names) {
        Path path = config;
        if (path == null && environment.containsKey(variable(CONFIG))) {
            path = Path.of(environment.getOrDefault(variable(CONFIG), ""));
        }
        Properties file = path == null ? new Properties() : load(path, names);
        if (file.containsKey(CONFIG.substring(2))) {
            throw new UsageError("config file %s: it cannot name another one with \"config\"".formatted(path));
        }
        for (String key : file.stringPropertyNames()) {
            if (!names.contains("--" + key)) {
                throw new UsageError("config file %s: there is no option \"%s\"%s"
                        .formatted(path, key, names.didYouMean("--" + key, "--")));
            }
        }
        return new ConfigurationSources(ours(environment, names), file);
    }

    /**
     * The variables that are meant for Keepsake. Others may begin like them: an orchestrator sets {@code
     * KEEPSAKE_PORT=tcp://…} and {@code KEEPSAKE_SERVICE_HOST} for a service that is called so.
     */
    private static Map<String, String> ours(Map<String, String> environment, OptionNames names) {
        Map<String, String> ours = new TreeMap<>();
        environment.forEach((key, value) -> {
            if (!key.startsWith(PREFIX) || value.startsWith("tcp://")) {
                return;
            }
            String guess = names.didYouMean(option(key), "");
            if (names.contains(option(key))) {
                ours.put(key, value);
            } else if (!guess.isEmpty()) {
                throw new UsageError(
                        "environment variable %s: there is no option \"%s\"%s".formatted(key, option(key), guess));
            }
        });
        return ours;
    }

    /** Where an option's value comes from when the command line is silent: 2 environment, 1 file, 0 neither. */
    int rank(String option) {
        if (environment.containsKey(variable(option))) {
            return 2;
        }
        return file.containsKey(option.substring(2)) ? 1 : 0;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || !option.longestName().startsWith("--")) {
            return null;
        }
        String name = option.longestName();
        return Optional.ofNullable(environment.get(variable(name)))
                .orElseGet(() -> file.getProperty(name.substring(2)));
    }

    private static String variable(String option) {
        return PREFIX + option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static String option(String variable) {
        return "--" + variable.substring(PREFIX.length()).replace('_', '-').toLowerCase(Locale.ROOT);
    }

    private static Properties load(Path path, OptionNames names) {
        Properties properties = new RepeatedProperties(path, names);
        try {
            if (Files.size(path) > LARGEST_FILE) {
                throw new UsageError("config file %s: larger than 1 MB, this cannot be meant".formatted(path));
            }
            try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
                properties.load(reader);
            }
        } catch (NoSuchFileException e) {
            throw new UsageError("config file %s: there is no such file".formatted(path));
        } catch (MalformedInputException | IllegalArgumentException e) {
            throw new UsageError("config file %s: it is not a properties file in UTF-8".formatted(path));
        } catch (IOException e) {
            throw new UsageError("config file %s: it cannot be read (%s)".formatted(path, e.getMessage()));
        }
        return properties;
    }

    /** Options that may be given several times may have several lines; of any other, the second line is a mistake. */
    private static final class RepeatedProperties extends Properties {

        private static final long serialVersionUID = 1L;

        private final transient Path path;
        private final transient OptionNames names;

        RepeatedProperties(Path path, OptionNames names) {
            this.path = path;
            this.names = names;
        }

        @Override
        public synchronized @Nullable Object put(Object key, Object value) {
            Object before = get(key);
            if (before == null) {
                return super.put(key, value);
            }
            if (!names.isRepeatable("--" + key)) {
                throw new UsageError("config file %s: \"%s\" is given twice".formatted(path, key));
            }
            return super.put(key, before + OptionNames.BETWEEN_REPEATED + value);
        }
    }
}
