package org.keepsake.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Every behaviour that is promised of sessions has a test that proves it with real processes. */
class BehavioursTest {

    /** The first is number 1. */
    private static final List<String> PROMISED = List.of(
            "kill a node: all attributes and the same base id on the next node",
            "a POST that redirects is followed to the other node, 1,000 times without a miss",
            "what is set after the response was sent is on the other node",
            "what is mutated in place is saved, what is removed stays removed",
            "fifty parallel requests leave fifty attributes, with locks a counter ends at fifty",
            "the lock of a holder that was killed is taken over in time, logged and counted",
            "a fail-back shows what was written meanwhile",
            "change of id: the old one is dead, one event, attributes kept",
            "invalidate: no zombie from backup, heap or a request that ends later",
            "expiry: destroyed in time, once in the cluster, also when the owner was killed; reading keeps it alive",
            "time-outs of -1, 0 and more than 30 days; new, creation and last access on the other node",
            "a clean stop strips nothing and destroys nothing",
            "stores killed, frozen, restarted empty, all at once: no lost session, no pile-up, bounded memory",
            "a third node joins under load; a partition heals to the documented winner",
            "not distributable, not serializable, too large: replicated or said, never silently lost",
            "a changed class is skipped with one line, a dangerous one refused",
            "style sheets cost nothing, reads at most a touch, a stale cookie one look-up in each application",
            "the root and another application live in one browser",
            "a login survives its node, a logout holds everywhere",
            "asynchronous servlets and WebSockets save, what cannot leave the node does not");

    @Test
    void everyBehaviourIsProved() throws Exception {
        List<String> missing = new ArrayList<>();
        for (int number = 1; number <= PROMISED.size(); number++) {
            if (!proved().contains(number)) {
                missing.add(number + ": " + PROMISED.get(number - 1));
            }
        }
        assertEquals(List.of(), missing, "no test says that it proves");
    }

    @Test
    void noNumberIsUnknown() throws Exception {
        assertEquals(
                List.of(),
                proved().stream()
                        .filter(number -> number < 1 || number > PROMISED.size())
                        .toList());
    }

    @Test
    void everyTestOfABehaviourIsRunSomewhere() throws Exception {
        List<Class<?>> all = classes();
        List<String> idle = new ArrayList<>();
        for (Class<?> each : all) {
            boolean run = all.stream()
                    .filter(test -> test.getSimpleName().endsWith("IT"))
                    .anyMatch(each::isAssignableFrom);
            if (!run && tests(each).anyMatch(test -> true)) {
                idle.add(each.getSimpleName());
            }
        }
        assertEquals(List.of(), idle, "no integration test includes");
    }

    private static List<Integer> proved() throws Exception {
        List<Integer> proved = new ArrayList<>();
        for (Class<?> each : classes()) {
            tests(each).forEach(test -> {
                for (int number : test.getAnnotation(Behaviour.class).value()) {
                    proved.add(number);
                }
            });
        }
        return proved;
    }

    private static Stream<Method> tests(Class<?> each) {
        return Stream.of(each.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Behaviour.class))
                .filter(method ->
                        method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class));
    }

    private static List<Class<?>> classes() throws IOException, ClassNotFoundException {
        String name = BehavioursTest.class.getPackageName();
        Path folder = Path.of(BehavioursTest.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .resolve(name.replace('.', '/'));
        List<Class<?>> classes = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Optional<String> simple = Optional.of(file.getFileName().toString())
                        .filter(n -> n.endsWith(".class") && !n.startsWith("package-info"))
                        .map(n -> n.substring(0, n.length() - ".class".length()));
                if (simple.isPresent()) {
                    classes.add(Class.forName(name + "." + simple.get(), false, BehavioursTest.class.getClassLoader()));
                }
            }
        }
        return classes;
    }
}
