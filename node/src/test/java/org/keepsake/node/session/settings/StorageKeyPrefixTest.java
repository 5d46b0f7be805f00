package org.keepsake.node.session.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageKeyPrefixTest {

    @ParameterizedTest
    @CsvSource({
        "context,                            /shop",
        "'context,webappVersion',            /shop|1",
        "'static:x, host ,context',          x|localhost|/shop",
        "webappVersion,                      1",
        "'host.hash,context.hash',           localhost|/shop",
    })
    void itsPartsStandInTheOrderTold(String words, String prefix) {
        assertEquals(prefix, StorageKeyPrefix.parse(words).of("localhost", "/shop", "1"));
    }

    @Test
    void theRootHasAName() {
        assertEquals("/|", StorageKeyPrefix.defaults().of("localhost", "", ""));
    }

    @Test
    void whatStandsInOnePartCannotPassForAnother() {
        StorageKeyPrefix prefix = StorageKeyPrefix.defaults();
        assertNotEquals(prefix.of("h", "/a|1", ""), prefix.of("h", "/a", "1|"));
        assertNotEquals(prefix.of("h", "/a|1", ""), prefix.of("h", "/a%7C1", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "context,,host", "path", "static:", "static:a b", "static:a:b", "webappVersion.hash"})
    void anythingElseIsRefused(String words) {
        assertThrows(IllegalArgumentException.class, () -> StorageKeyPrefix.parse(words));
    }

    @Test
    void itIsShownAsItIsWritten() {
        assertEquals(
                "static:x,context", StorageKeyPrefix.parse("static:x, context").toString());
    }
}
