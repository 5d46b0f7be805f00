package org.keepsake.launcher;

import java.util.List;
import org.keepsake.launcher.demo.Demo;
import org.keepsake.launcher.options.Arguments;
import org.keepsake.launcher.options.UsageError;

/** The way in: reads the options, then starts the roles, or the demo when there are none. */
public final class Main {

    /** The exit code of a user's mistake, as of {@code ls} or {@code grep}. */
    private static final int WRONG_USE = 2;

    /** The exit code of a mistake of ours. */
    private static final int FAILURE = 1;

    private Main() {}

    public static void main(String[] args) {
        CommonPool.configure();
        Logs.configure();
        try {
            run(Arguments.parse(List.of(args), System.getenv()));
        } catch (UsageError e) {
            System.err.println("keepsake: " + e.sentence());
            System.exit(WRONG_USE);
        } catch (RuntimeException | Error e) {
            System.getLogger(Main.class.getName()).log(System.Logger.Level.ERROR, "this should not have happened", e);
            System.exit(FAILURE);
        }
    }

    private static void run(Arguments arguments) {
        if (arguments.common.help) {
            System.out.print(arguments.help());
        } else if (arguments.common.version) {
            System.out.println("Keepsake " + Version.text() + " on Java " + Runtime.version());
        } else if (arguments.roles().isEmpty()) {
            Demo.run(arguments);
        } else {
            RunningRoles.start(new RoleSettings(arguments), Main::refused);
        }
    }

    private static void refused(String sentence) {
        System.err.println("keepsake: " + sentence);
        System.exit(WRONG_USE);
    }
}
