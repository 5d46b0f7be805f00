package org.keepsake.node.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tomcat's rules for the names of applications. */
class ContextNameTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "shop.war /shop ''",
                "shop.WAR /shop ''",
                "shop /shop ''",
                "ROOT.war / ''",
                "ROOT / ''",
                "a#b.war /a/b ''",
                "shop##2.war /shop 2",
                "ROOT##7 / 7",
                "a#b##1.0.war /a/b 1.0"
            })
    void readsContextAndVersionFromTheFileName(String file, String context, String version) {
        ContextName name = ContextName.ofFile(Path.of("/srv", file));
        assertEquals(context, name.toString());
        assertEquals(version, name.version());
    }
}
