package org.keepsake.launcher.options;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code --role=node}, but for those of its sessions. The initial values are the defaults. */
public final class NodeOptions {

    @Option(names = "--node-port", paramLabel = "PORT", description = "the port (default: ${DEFAULT-VALUE})")
    public int port = 8081;

    @Option(
            names = "--node-name",
            paramLabel = "NAME",
            description = "the name, as --name; also the route at the end of session cookies (Tomcat's jvmRoute)")
    public @Nullable String name;

    @Option(
            names = "--war",
            split = OptionNames.BETWEEN_REPEATED,
            hideParamSyntax = true,
            paramLabel = "FILE[:/CONTEXT]",
            description = "an application; may be given several times (default: the test page at /test)")
    public List<String> wars = new ArrayList<>();

    @Option(
            names = "--webapps",
            paramLabel = "DIR",
            description = "a folder of applications, named as in Tomcat's webapps")
    public @Nullable Path webapps;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "where applications are unpacked and JSPs compiled (default: a temporary folder)")
    public @Nullable Path work;

    @Option(
            names = "--users-file",
            paramLabel = "FILE",
            description = "who may log in to applications, in the form of Tomcat's tomcat-users.xml (default: nobody)")
    public @Nullable Path usersFile;
}
