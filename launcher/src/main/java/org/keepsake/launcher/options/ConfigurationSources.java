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
        Properties file = path == null ? new Properties() : load(path);
        for (String key : file.stringPropertyNames()) {
            if (!names.contains("--" + key)) {
                throw new UsageError("config file %s: there is no option \"%s\"%s"
                        .formatted(path, key, names.didYouMean("--" + key, "--")));
            }
        }
        for (String key : environment.keySet()) {
            if (key.startsWith(PREFIX) && !names.contains(option(key))) {
                throw new UsageError("environment variable %s: there is no option \"%s\"%s"
                        .formatted(key, option(key), names.didYouMean(option(key), "")));
            }
        }
        return new ConfigurationSources(environment, file);
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

    private static Properties load(Path path) {
        Properties properties = new Properties();
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
}
