package org.keepsake.launcher.options;

import java.util.Map;
import java.util.Set;
import org.keepsake.launcher.cluster.Role;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/** The text of {@code --help}: what it does in a line or two, examples, and the options by group. */
final class HelpText {

    private static final int WIDTH = 110;

    private HelpText() {}

    static String of(CommonOptions common, Map<String, Object> groups, Set<Role> roles) {
        StringBuilder text = new StringBuilder(4096);
        text.append(introduction(roles));
        groups.forEach((heading, options) -> append(text, heading, options));
        append(text, "Common", common);
        return text.toString();
    }

    private static String introduction(Set<Role> roles) {
        if (roles.isEmpty()) {
            return """
                    Keepsake keeps web users logged in: a load balancer, a servlet and JSP server with replicated
                    sessions, and a memcached-protocol session store in one jar.

                      java -jar app.jar                              the demo: five processes on this machine
                      java -jar app.jar --role=balancer,node,store --webapps=DIR
                                                                     everything on one host; on two hosts: a pair
                      java -jar app.jar --role=balancer --help       what the balancer can be told
                      java -jar app.jar --role=node --help           ... the node
                      java -jar app.jar --role=store --help          ... the store

                    The demo keeps to this machine and shares nothing with others: of the common options it heeds
                    --port (the balancer's), --cluster, --multicast, --cluster-port, --heartbeat, --member-timeout.
                    """;
        }
        StringBuilder text = new StringBuilder("Usage: java -jar app.jar --role=")
                .append(String.join(",", roles.stream().map(Role::word).toList()))
                .append(" [OPTION]...\n");
        roles.forEach(role -> text.append('\n').append(purpose(role)));
        return text.toString();
    }

    private static String purpose(Role role) {
        return switch (role) {
            case BALANCER -> "The balancer takes requests and hands them to the nodes it finds.\n";
            case NODE ->
                "The node runs web applications (WAR files) and keeps two copies of every session in the stores.\n";
            case STORE -> "The store keeps sessions in memory and speaks memcached's text protocol.\n";
        };
    }

    private static void append(StringBuilder text, String heading, Object options) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(options);
        spec.usageMessage().width(WIDTH).longOptionsMaxWidth(40);
        Help help = new Help(spec, Help.defaultColorScheme(Help.Ansi.OFF));
        text.append('\n').append(heading).append(":\n").append(help.optionList());
    }
}
