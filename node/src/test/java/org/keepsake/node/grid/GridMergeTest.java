package org.keepsake.node.grid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.keepsake.node.grid.GridCluster.Node;
import org.keepsake.node.store.Outcome;
import org.keepsake.node.store.Reply;

/** Two parts of a cluster that do not see each other, and then do: two members here, one there. */
class GridMergeTest {

    private final GridCluster cluster = new GridCluster(Duration.ofSeconds(5));
    private final Node one = cluster.startApart();
    private final Node another = cluster.startApart(one);
    private final Node apart = cluster.startApart();

    @AfterEach
    void close() {
        cluster.close();
    }

    private static String key(int i) {
        return "s:/app:" + i + "-grid";
    }

    private static void add(Node node, String key, String value, int expiry) {
        assertEquals(
                Outcome.OK,
                node.replicated
                        .add(key, value.getBytes(StandardCharsets.UTF_8), expiry)
                        .join()
                        .outcome());
    }

    private static String text(Node node, String key) {
        Reply.Found found =
                assertInstanceOf(Reply.Found.class, node.replicated.gets(key).join(), key);
        return new String(found.value(), StandardCharsets.UTF_8);
    }

    @Test
    void putsTogetherWhatBothPartsHadAndTellsAll() {
        List<Node> nodes = List.of(one, another, apart);
        nodes.forEach(node ->
                node.member.mergeWith((key, present, coming) -> (new String(present, StandardCharsets.UTF_8) + " and "
                                + new String(coming, StandardCharsets.UTF_8))
                        .getBytes(StandardCharsets.UTF_8)));
        GridCluster.until("all act", () -> nodes.stream().allMatch(node -> node.store.up()));
        Map<String, String> expected = new TreeMap<>();
        for (int i = 0; i < 30; i++) {
            add(one, key(i), "ours", 0);
            add(apart, key(i), "theirs", 0);
            expected.put(key(i), "ours and theirs");
            add(another, key(100 + i), "only ours", 1_000);
            expected.put(key(100 + i), "only ours");
            add(apart, key(200 + i), "only theirs", 1_000);
            expected.put(key(200 + i), "only theirs");
        }
        List<String> lived = new ArrayList<>();
        for (int i = 300; i < 310; i++) {
            add(one, key(i), "long", 1_000);
            add(apart, key(i), "short", 5);
            expected.put(key(i), "long and short");
            add(one, key(100 + i), "short", 5);
            add(apart, key(100 + i), "long", 1_000);
            expected.put(key(100 + i), "short and long");
            lived.add(key(i));
            lived.add(key(100 + i));
        }
        add(apart, "s:/app:gone-grid", "short", 6);
        nodes.forEach(node -> IntStream.range(0, 30).forEach(i -> text(node, key(i))));

        cluster.meet();
        GridCluster.until("all are one cluster", () -> nodes.stream().allMatch(node -> node.size() == 3));
        expected.forEach((key, value) -> nodes.forEach(node -> GridCluster.until(
                key + " is " + value,
                () -> node.replicated.gets(key).join() instanceof Reply.Found found
                        && new String(found.value(), StandardCharsets.UTF_8).equals(value))));
        GridCluster.until(
                "what had six seconds has expired",
                () -> one.store.gets("s:/app:gone-grid").join() instanceof Reply.Absent);
        lived.forEach(key -> assertEquals(
                expected.get(key),
                new String(
                        assertInstanceOf(
                                        Reply.Found.class,
                                        another.store.gets(key).join(),
                                        key)
                                .value(),
                        StandardCharsets.UTF_8)));
        for (int i = 0; i < 30; i++) {
            Reply.Found seen = (Reply.Found) apart.replicated.gets(key(i)).join();
            byte[] next = ("next " + i).getBytes(StandardCharsets.UTF_8);
            assertEquals(
                    Outcome.OK,
                    apart.replicated.cas(key(i), seen, next, 0).join().outcome());
            String key = key(i);
            nodes.forEach(node -> assertEquals(new String(next, StandardCharsets.UTF_8), text(node, key)));
        }
    }
}
