package org.keepsake.node.session.transcoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of value through every transcoder: it comes back as it was, or is refused while somebody can be told. */
class TranscoderZooTest {

    private static final List<String> NAMES = List.of("java", "kryo", "xstream", "flexjson", "javolution");

    /** What no transcoder takes. */
    private static final Set<String> REFUSED_BY_ALL = Set.of("Optional", "lambda", "sub-list of List.of");

    private static final Set<String> NOT_SERIALIZABLE = Set.of("record, not Serializable", "object, not Serializable");

    /** A record is made of what it holds; Java serialization leaves a hole where it holds itself. */
    private static final String RECORD_IN_A_CYCLE = "record that holds a list that holds it";

    private static Set<String> refusedBy(String name) {
        Set<String> refused = new TreeSet<>(REFUSED_BY_ALL);
        refused.addAll(name.equals("java") ? NOT_SERIALIZABLE : Set.of(RECORD_IN_A_CYCLE));
        return refused;
    }

    private static Transcoder named(String name) {
        return Transcoders.named(name, TranscoderZooTest.class.getClassLoader(), TranscoderSettings.DEFAULTS);
    }

    /** One of "yes", "refused" and what went wrong. */
    private static String tried(Transcoder transcoder, Zoo.Animal animal) {
        Object value = animal.value().get();
        byte[] bytes;
        try {
            bytes = transcoder.encode(value);
        } catch (TranscodingFailed e) {
            return "refused: " + e.getMessage();
        }
        try {
            return animal.same().test(value, transcoder.decode(bytes)) ? "yes" : "CAME BACK AS ANOTHER";
        } catch (TranscodingFailed e) {
            return "WAS WRITTEN AND NOT READ: " + e.getMessage();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo", "xstream", "flexjson", "javolution"})
    void bringsEveryKindBackOrRefusesItInTime(String name) {
        Transcoder transcoder = named(name);
        List<String> wrong = new ArrayList<>();
        Set<String> refused = new TreeSet<>();
        for (Zoo.Animal animal : Zoo.animals()) {
            String result = tried(transcoder, animal);
            if (result.startsWith("refused")) {
                refused.add(animal.name());
            } else if (!result.equals("yes")
                    && !(name.equals("java") && animal.name().equals(RECORD_IN_A_CYCLE))) {
                wrong.add(animal.name() + ": " + result);
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(refusedBy(name), refused);
    }

    /** For whoever wants to know what each can do. */
    @Test
    void leavesATableBehind() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("| | " + String.join(" | ", NAMES) + " |");
        lines.add("|---|" + "---|".repeat(NAMES.size()));
        for (Zoo.Animal animal : Zoo.animals()) {
            StringBuilder line = new StringBuilder("| ").append(animal.name()).append(" |");
            for (String name : NAMES) {
                String result = tried(named(name), animal);
                line.append(' ')
                        .append(result.startsWith("refused") ? "refused" : result)
                        .append(" |");
            }
            lines.add(line.toString());
        }
        Path table = Path.of("target", "transcoders.md");
        Files.createDirectories(table.toAbsolutePath().getParent());
        Files.write(table, lines);
        assertTrue(Files.size(table) > 1_000);
    }
}
