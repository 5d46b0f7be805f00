package org.keepsake.launcher.options;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keepsake.launcher.cluster.Role;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Everything the user asked for, from the command line, the environment and the configuration file, converted and in
 * its place. What the values must be beyond that is checked by the records of the roles.
 */
public final class Arguments {

    public final CommonOptions common = new CommonOptions();
    public final BalancerOptions balancer = new BalancerOptions();
    public final NodeOptions node = new NodeOptions();
    public final SessionOptions sessions = new SessionOptions();
    public final StoreOptions store = new StoreOptions();
    public final DemoOptions demo = new DemoOptions();

    private final CommandSpec spec;
    private final ConfigurationSources sources;
    private Set<String> onCommandLine = Set.of();

    private Arguments(Set<Role> rolesAskedFor, ConfigurationSources sources) {
        this.sources = sources;
        spec = CommandSpec.forAnnotatedObject(common).name("java -jar app.jar");
        groups(rolesAskedFor)
                .values()
                .forEach(options ->
                        spec.addMixin(options.getClass().getSimpleName(), CommandSpec.forAnnotatedObject(options)));
    }

    /**
     * Reads the command line.
     *
     * @throws UsageError with one sentence
     */
    public static Arguments parse(List<String> args, Map<String, String> environment) {
        OptionNames names = allNames();
        // The roles decide which options there are, so they and the configuration file are read first, alone.
        ConfigurationSources sources = ConfigurationSources.read(environment, parseLeniently(args, null).config, names);
        CommonOptions ahead = parseLeniently(args, sources);
        Arguments arguments = new Arguments(roles(ahead), sources);
        CommandLine command = new CommandLine(arguments.spec);
        command.setDefaultValueProvider(sources);
        command.setCaseInsensitiveEnumValuesAllowed(true);
        try {
            arguments.onCommandLine = command.parseArgs(args.toArray(String[]::new)).matchedOptions().stream()
                    .flatMap(option -> Stream.of(option.names()))
                    .collect(Collectors.toSet());
        } catch (UnmatchedArgumentException e) {
            throw new UsageError(unmatched(e, names, roles(ahead)));
        } catch (ParameterException e) {
            throw new UsageError(firstLetterSmall(String.valueOf(e.getMessage())));
        }
        arguments.checkShared();
        return arguments;
    }

    /** The roles asked for, without repetition; none means the demo. */
    public Set<Role> roles() {
        return roles(common);
    }

    /**
     * The port of a role: its own option's value or that of {@code --port}, whichever was given in the higher place.
     *
     * @throws UsageError when both were given in the same place
     */
    public int port(Role role) {
        Integer shared = common.port;
        if (shared != null && sharedWins("port", role)) {
            return shared;
        }
        return switch (role) {
            case STORE -> store.port;
            case NODE -> node.port;
            case BALANCER -> balancer.port;
        };
    }

    /**
     * The name of a role, when the user gave one: by its own option or by {@code --name}, as with {@link #port}.
     *
     * @throws UsageError when both were given in the same place
     */
    public @Nullable String name(Role role) {
        if (common.name != null && sharedWins("name", role)) {
            return common.name;
        }
        return switch (role) {
            case STORE -> store.name;
            case NODE -> node.name;
            case BALANCER -> balancer.name;
        };
    }

    private boolean sharedWins(String option, Role role) {
        String own = "--" + role.word() + "-" + option;
        int shared = rank("--" + option);
        if (shared == rank(own) && shared > 0) {
            throw new UsageError("--%s and %s say the same; give one of them".formatted(option, own));
        }
        return shared > rank(own);
    }

    /** 3 command line, 2 environment, 1 file, 0 nowhere. */
    private int rank(String option) {
        return onCommandLine.contains(option) ? 3 : sources.rank(option);
    }

    /** The help text of what was asked for: of the roles given, or of the demo when there are none. */
    public String help() {
        return HelpText.of(common, groups(roles()), roles());
    }

    private Map<String, Object> groups(Set<Role> roles) {
        Map<String, Object> groups = new LinkedHashMap<>();
        if (roles.contains(Role.BALANCER)) {
            groups.put("Balancer", balancer);
        }
        if (roles.contains(Role.NODE)) {
            groups.put("Node", node);
            groups.put("Sessions of the node", sessions);
        }
        if (roles.contains(Role.STORE)) {
            groups.put("Store", store);
        }
        if (roles.isEmpty()) {
            groups.put("Demo", demo);
        }
        return groups;
    }

    private static CommonOptions parseLeniently(List<String> args, @Nullable ConfigurationSources sources) {
        CommonOptions common = new CommonOptions();
        CommandLine command = new CommandLine(CommandSpec.forAnnotatedObject(common));
        command.setUnmatchedArgumentsAllowed(true).setUnmatchedOptionsArePositionalParams(true);
        if (sources != null) {
            command.setDefaultValueProvider(sources);
        }
        try {
            command.parseArgs(args.toArray(String[]::new));
        } catch (ParameterException e) {
            throw new UsageError(firstLetterSmall(String.valueOf(e.getMessage())));
        }
        return common;
    }

    private static Set<Role> roles(CommonOptions common) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        roles.addAll(common.roles);
        return roles;
    }

    private static OptionNames allNames() {
        OptionNames names = new OptionNames();
        names.add(new CommonOptions(), "every role");
        names.add(new BalancerOptions(), "--role=balancer");
        names.add(new NodeOptions(), "--role=node");
        names.add(new SessionOptions(), "--role=node");
        names.add(new StoreOptions(), "--role=store");
        names.add(new DemoOptions(), "the demo, which runs without --role");
        return names;
    }

    private static String unmatched(UnmatchedArgumentException failure, OptionNames names, Set<Role> roles) {
        String argument = failure.getUnmatched().get(0);
        String name = argument.contains("=") ? argument.substring(0, argument.indexOf('=')) : argument;
        if (name.startsWith("@")) {
            return "argument file %s: there is no such file".formatted(argument.substring(1));
        }
        if (!name.startsWith("-")) {
            return "\"%s\" is no option; --help lists them".formatted(argument);
        }
        return names.placeOf(name)
                .map(place -> "option %s belongs to %s, and this is %s"
                        .formatted(name, place, roles.isEmpty() ? "the demo" : "--role=" + words(roles)))
                .orElseGet(() ->
                        "there is no option %s%s (--help lists them)".formatted(name, names.didYouMean(name, "")));
    }

    private static String words(Set<Role> roles) {
        return String.join(",", roles.stream().map(Role::word).toList());
    }

    private void checkShared() {
        List<String> shared = new ArrayList<>();
        if (common.port != null) {
            shared.add("port");
        }
        if (common.name != null) {
            shared.add("name");
        }
        for (String option : shared) {
            if (roles().size() > 1) {
                throw new UsageError("--%s says nothing with several roles; give each its own: %s"
                        .formatted(
                                option,
                                String.join(
                                        ", ",
                                        roles().stream()
                                                .map(role -> "--" + role.word() + "-" + option)
                                                .toList())));
            }
        }
    }

    private static String firstLetterSmall(String sentence) {
        String line = Arrays.stream(sentence.split("\n", -1)).findFirst().orElse(sentence);
        return line.isEmpty() ? line : Character.toLowerCase(line.charAt(0)) + line.substring(1);
    }
}
