package org.keepsake.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

/** In processes of their own: what a JVM has begun with stays. */
class CommonPoolTest {

    /** Says how many threads the pool has once it was configured. */
    public static final class Asked {
        public static void main(String[] arguments) {
            CommonPool.configure();
            System.out.print(ForkJoinPool.getCommonPoolParallelism());
        }
    }

    @Test
    void hasTwoThreadsOnTwoProcessors() throws Exception {
        assertEquals("2", threads("-XX:ActiveProcessorCount=2"));
        assertEquals("2", threads("-XX:ActiveProcessorCount=1"));
    }

    @Test
    void isLeftAsItIsOnMoreProcessorsOrWhenTheUserSaysSo() throws Exception {
        assertEquals("7", threads("-XX:ActiveProcessorCount=8"));
        assertEquals(
                "5", threads("-XX:ActiveProcessorCount=2", "-Djava.util.concurrent.ForkJoinPool.common.parallelism=5"));
    }

    private static String threads(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Asked.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        return said;
    }
}
