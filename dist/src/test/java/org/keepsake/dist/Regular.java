package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Somebody who has visited the test page, and is to be known on whichever node he visits next. */
record Regular(CookieJar cookies, Visit last) {

    static List<Regular> enter(Server balancer, int size) throws IOException {
        List<Regular> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            CookieJar cookies = new CookieJar();
            try (Browser browser = new Browser(balancer.address(), cookies)) {
                all.add(new Regular(cookies, Visit.parse(browser.get(Visit.COUNT))));
            }
        }
        return all;
    }

    void assertKnown(Server node) throws IOException {
        try (Browser browser = new Browser(node.address(), cookies)) {
            Visit now = Visit.parse(browser.get(Visit.PEEK));
            assertEquals(last.session(), now.session());
            assertEquals(last.counter(), now.counter());
            assertEquals(last.created(), now.created());
        }
    }
}
