package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** What nodes with different versions of an application make of each other's sessions. */
interface VersionBehaviours extends OnAFarm {

    String OTHER_PROFILE = """
            package org.keepsake.dist.webapp;
            final class Profile implements java.io.Serializable {
                private static final long serialVersionUID = 2L;
                Profile(String name) {}
            }
            """;

    @Behaviour(16)
    @Test
    default void anAttributeWhoseClassChangedIsSkippedWithOneLineAndCarriedThrough() throws Exception {
        Guest guest = new Guest();
        guest.at(a(), "set=x:1", "profile=p:Ada");
        Server c = farm().nodeWith("C", new RigWar().withClass("Profile", compiled(OTHER_PROFILE)));
        try {
            Look there = guest.at(c, "set=y:2");
            assertEquals("1", there.attribute("x"));
            assertEquals("", there.attribute("p"));
            guest.at(c);
            assertEquals(
                    1, c.log().lines().filter(line -> line.contains("Profile")).count(), c::log);
        } finally {
            c.stop();
        }
        Look back = guest.at(a());
        assertEquals("Ada", back.attribute("p"));
        assertEquals("2", back.attribute("y"));
    }

    private static byte[] compiled(String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JavaFileObject unit =
                new SimpleJavaFileObject(URI.create("string:///Profile.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        JavaFileManager files = new ForwardingJavaFileManager<>(compiler.getStandardFileManager(null, null, null)) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("mem:///" + className), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        return bytes;
                    }
                };
            }
        };
        if (!compiler.getTask(null, files, null, List.of("-proc:none"), null, List.of(unit))
                .call()) {
            throw new AssertionError("the other version does not compile");
        }
        return bytes.toByteArray();
    }
}
