package org.keepsake.node.deploy;

import jakarta.servlet.SessionTrackingMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.keepsake.node.session.SessionSettings;

/**
 * What an application's context file says of its sessions, as on Tomcat: {@code <Context>} with a {@code <Manager>}, in
 * {@code META-INF/context.xml} or, which counts instead, in {@code shop.xml} beside {@code shop.war}. Immutable.
 */
final class ContextDescriptor implements SessionOverrides {

    private static final System.Logger LOG = System.getLogger(ContextDescriptor.class.getName());
    private static final String INSIDE = "META-INF/context.xml";
    private static final long LARGEST = 1 << 20;
    private static final Pattern MINUTES = Pattern.compile("-?\\d{1,7}");

    /** What is said elsewhere here, or needs no saying. */
    private static final Set<String> SILENT = Set.of(
            "Context/path",
            "Context/docBase",
            "Context/reloadable",
            "Context/antiResourceLocking",
            "Context/override",
            "Context/privileged",
            "Context/swallowOutput",
            "Context/unpackWAR",
            "Manager/className",
            "Manager/name",
            "WatchedResource",
            "JarScanner");

    /** What this class takes from {@code <Context>}. */
    private static final Set<String> HEARD = Set.of(
            "Manager",
            "CookieProcessor",
            "Context/cookies",
            "Context/sessionCookieName",
            "Context/sessionCookieDomain",
            "Context/sessionCookiePath",
            "Context/useHttpOnly",
            "Context/sessionTimeout");

    /** Where an application's own words on its session cookie count: before {@code web.xml}, and behind it. */
    private record Cookie(SessionCookie before, SessionCookie behind) {
        SessionCookie around(SessionCookie web) {
            return before.completedBy(web).completedBy(behind);
        }
    }

    private final String file;
    private final Map<String, String> manager;
    private final Cookie cookie;
    private final boolean withoutCookies;

    private ContextDescriptor(String file, Map<String, String> manager, Cookie cookie, boolean withoutCookies) {
        this.file = file;
        this.manager = manager;
        this.cookie = cookie;
        this.withoutCookies = withoutCookies;
    }

    /**
     * Reads the context file of an application, and says in the log what of it does not count here.
     *
     * @param war the WAR file or directory that was named
     * @param root the same, unpacked
     * @throws DeploymentFailed with the file and what is wrong in it
     */
    static ContextDescriptor read(Path war, Path root, String application) throws IOException {
        Path beside = beside(war);
        if (Files.isRegularFile(beside)) {
            return read(beside, beside.toString(), application);
        }
        Path inside = root.resolve(INSIDE);
        if (Files.isRegularFile(inside)) {
            return read(inside, INSIDE, application);
        }
        return of(INSIDE, Map.of(), Map.of(), Optional.empty());
    }

    private static Path beside(Path war) {
        String name = String.valueOf(war.getFileName());
        boolean archive = name.regionMatches(true, name.length() - 4, ".war", 0, 4);
        return war.resolveSibling((archive ? name.substring(0, name.length() - 4) : name) + ".xml");
    }

    private static ContextDescriptor read(Path path, String file, String application) throws IOException {
        if (Files.size(path) > LARGEST) {
            throw new DeploymentFailed(file + ": is larger than 1 MB");
        }
        try (InputStream in = Files.newInputStream(path)) {
            XmlElement context = XmlElement.read(in, file);
            if (!context.name().equals("Context")) {
                throw new DeploymentFailed(file + ": begins with <" + context.name() + ">, not with <Context>");
            }
            Map<String, String> manager =
                    context.first("Manager").map(XmlElement::attributes).orElse(Map.of());
            Optional<String> sameSite =
                    context.first("CookieProcessor").flatMap(processor -> processor.attribute("sameSiteCookies"));
            tell(file, application, context, manager);
            return of(file, manager, context.attributes(), sameSite);
        }
    }

    private static ContextDescriptor of(
            String file, Map<String, String> manager, Map<String, String> context, Optional<String> sameSite)
            throws DeploymentFailed {
        boolean withoutCookies = !flag(file, context, "cookies").orElse(true);
        SessionCookie before = new SessionCookie(
                Optional.empty(),
                Optional.ofNullable(context.get("sessionCookieName")),
                Optional.ofNullable(context.get("sessionCookieDomain")),
                Optional.ofNullable(context.get("sessionCookiePath")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Set.of());
        SessionCookie behind = new SessionCookie(
                minutes(file, context),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                flag(file, context, "useHttpOnly"),
                Optional.empty(),
                Optional.empty(),
                sameSite.map(value -> Map.of("SameSite", value)).orElse(Map.of()),
                Set.of());
        return new ContextDescriptor(file, new TreeMap<>(manager), new Cookie(before, behind), withoutCookies);
    }

    /** The session cookie and time-out of the application, from what its descriptor says. */
    SessionCookie around(SessionCookie web) {
        SessionCookie all = cookie.around(web);
        return withoutCookies ? all.trackedBy(Set.of(SessionTrackingMode.URL)) : all;
    }

    @Override
    public SessionSettings over(SessionSettings node) throws DeploymentFailed {
        SessionSettings settings = ManagerAttributes.without(node, manager.keySet());
        for (Map.Entry<String, String> attribute : manager.entrySet()) {
            try {
                settings = ManagerAttributes.apply(settings, attribute.getKey(), attribute.getValue());
            } catch (IllegalArgumentException e) {
                throw new DeploymentFailed(file + ": " + attribute.getKey() + ": " + e.getMessage(), e);
            }
        }
        return settings;
    }

    private static Optional<Boolean> flag(String file, Map<String, String> context, String attribute)
            throws DeploymentFailed {
        String value = context.get(attribute);
        try {
            return value == null ? Optional.empty() : Optional.of(ManagerAttributes.flag(value));
        } catch (IllegalArgumentException e) {
            throw new DeploymentFailed(file + ": " + attribute + ": " + e.getMessage(), e);
        }
    }

    private static Optional<Long> minutes(String file, Map<String, String> context) throws DeploymentFailed {
        String value = context.get("sessionTimeout");
        if (value != null && !MINUTES.matcher(value).matches()) {
            throw new DeploymentFailed(file + ": sessionTimeout: \"" + value + "\" is not a number of minutes");
        }
        return Optional.ofNullable(value).map(Long::parseLong);
    }

    private static void tell(String file, String application, XmlElement context, Map<String, String> manager) {
        List<String> options = new ArrayList<>();
        Set<String> unknown = new TreeSet<>();
        manager.keySet().forEach(name -> {
            ManagerAttributes.optionOfTheNode(name).ifPresent(option -> options.add(name + " (" + option + ")"));
            if (ManagerAttributes.optionOfTheNode(name).isEmpty() && !ManagerAttributes.isOfAnApplication(name)) {
                unknown.add("Manager/" + name);
            }
        });
        context.attributes().keySet().forEach(name -> unknown.add("Context/" + name));
        context.children().forEach(child -> unknown.add(child.name()));
        unknown.removeAll(SILENT);
        unknown.removeAll(HEARD);
        if (!options.isEmpty()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "application {0}: {1} says what holds for the whole node here, and is not heeded: {2}",
                    application,
                    file,
                    String.join(", ", new TreeSet<>(options)));
        }
        if (!unknown.isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "application {0}: {1} has what is not known here, and is not heeded: {2}",
                    application,
                    file,
                    String.join(", ", unknown));
        }
    }
}
