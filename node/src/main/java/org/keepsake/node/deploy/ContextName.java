package org.keepsake.node.deploy;

import java.nio.file.Path;

/**
 * Where an application is served, by Tomcat's naming rules.
 *
 * @param path the context path in Tomcat's form: {@code /shop}, {@code /a/b}, or the empty string for the root
 * @param version what follows {@code ##} in the file name, or the empty string
 */
record ContextName(String path, String version) {

    private static final String ROOT = "ROOT";

    /** The name an application's file or directory gives it: {@code shop.war}, {@code ROOT}, {@code a#b##2.war}. */
    static ContextName ofFile(Path war) {
        String base = String.valueOf(war.getFileName());
        if (base.regionMatches(true, base.length() - 4, ".war", 0, 4)) {
            base = base.substring(0, base.length() - 4);
        }
        int mark = base.indexOf("##");
        String version = mark < 0 ? "" : base.substring(mark + 2);
        String name = mark < 0 ? base : base.substring(0, mark);
        return new ContextName(name.equals(ROOT) ? "" : "/" + name.replace('#', '/'), version);
    }

    /** The name somebody chose: {@code /shop}, or {@code /} for the root. */
    static ContextName ofPath(String path) {
        return new ContextName(path.equals("/") ? "" : path, "");
    }

    /** A folder name that no other context has: {@code ROOT}, {@code shop}, {@code a#b}. */
    String folder() {
        return path.isEmpty() ? ROOT : path.substring(1).replace('/', '#');
    }

    /** The container's name for it, with the version as in the file name: {@code /shop##2}. */
    String deploymentName() {
        return version.isEmpty() ? toString() : this + "##" + version;
    }

    /** How people write it: the root is {@code /}. */
    @Override
    public String toString() {
        return path.isEmpty() ? "/" : path;
    }
}
