package org.keepsake.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebApplicationTest {

    @Test
    void readsAFileWithOrWithoutAContext() {
        assertEquals(new WebApplication(Path.of("a/shop.war"), Optional.empty()), WebApplication.parse("a/shop.war"));
        assertEquals(
                new WebApplication(Path.of("a/shop.war"), Optional.of("/x/y")),
                WebApplication.parse("a/shop.war:/x/y"));
        assertEquals(new WebApplication(Path.of("shop.war"), Optional.of("/")), WebApplication.parse("shop.war:/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/", "/a//b", "/a b", "/../b", "/a?b", "/a/..", "/%2e"})
    void refusesAContextThatIsNoPlainPath(String context) {
        assertThrows(IllegalArgumentException.class, () -> WebApplication.parse("shop.war:" + context));
    }
}
