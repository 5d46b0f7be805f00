package org.keepsake.node.session.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LockingModeTest {

    @ParameterizedTest
    @ValueSource(strings = {"none", "auto", "all", "uriPattern:/cart/.*|/pay"})
    void aModeIsShownAsItIsWritten(String text) {
        assertEquals(text, LockingMode.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "some", "uriPattern", "uriPattern:*", "none "})
    void anythingElseIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> LockingMode.parse(text));
    }
}
