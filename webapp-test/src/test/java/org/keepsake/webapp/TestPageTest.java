package org.keepsake.webapp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TestPageTest {

    private static final Visits.Visit ON_A = new Visits.Visit("A", 1000);
    private static final Visits.Visit ON_B = new Visits.Visit("B", 2000);

    @Test
    void tellsThatTheSessionCameAlongToAnotherNode() {
        assertEquals(
                "This request was served by B; the one before by A. Your session came along: visit 7.",
                Story.tell(List.of(ON_A, ON_B), 7, Optional.empty()));
    }

    @Test
    void tellsThatTheSessionABrowserCameWithIsGone() {
        assertTrue(Story.tell(List.of(ON_A), 1, Optional.of("12-m1")).contains("no longer there"));
    }

    @Test
    void welcomesWhoComesForTheFirstTime() {
        assertTrue(Story.tell(List.of(ON_A), 1, Optional.empty()).startsWith("Welcome."));
    }

    @Test
    void keepsTheLatestEightVisits() {
        Visits visits = new Visits(List.of());
        for (int i = 0; i < 20; i++) {
            visits = visits.with(new Visits.Visit("A", i));
        }
        assertEquals(visits, Visits.parse(visits.text()));
        assertEquals(8, visits.latest().size());
        assertEquals(19, visits.latest().get(7).time());
    }

    @Test
    void leavesOutVisitsItCannotRead() {
        assertEquals(List.of(ON_B), Visits.parse("@1 A@x junk B@2000 C@").latest());
    }

    @Test
    void readsTheHomeStoreFromTheSessionId() {
        assertEquals("m1", ServingNode.homeStore("0a1b-m1"));
        assertEquals("m1", ServingNode.homeStore("0a1b-m1.A"));
        assertEquals("", ServingNode.homeStore("0a1b"));
    }

    @Test
    void givesAGreenBRedAndEveryOtherNodeAColourOfTheRest() {
        assertEquals(0, Colours.of("A"));
        assertEquals(1, Colours.of("B"));
        assertTrue(Colours.of("node_7") >= 2
                && Colours.of("node_7") < Colours.palette().size());
        assertNotEquals(Colours.of("C"), Colours.of("D"));
    }

    @Test
    void everyColourCarriesWhiteTextWithEnoughContrast() {
        for (String colour : Colours.palette()) {
            assertTrue(contrastWithWhite(colour) >= 4.5, colour);
        }
    }

    @Test
    void escapesWhatAUserTyped() {
        assertEquals("&lt;b title=&quot;x&quot;&gt;&amp;&#39;", TestPage.escape("<b title=\"x\">&'"));
    }

    /** WCAG 2.2, relative luminance and contrast ratio. */
    private static double contrastWithWhite(String colour) {
        int rgb = Integer.parseInt(colour.substring(1), 16);
        double luminance = 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) + 0.0722 * linear(rgb);
        return 1.05 / (luminance + 0.05);
    }

    private static double linear(int channel) {
        double value = (channel & 0xFF) / 255.0;
        return value <= 0.03928 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
