package org.keepsake.launcher;

/**
 * The common pool of the JVM. Hazelcast hands answers over to it, but starts a thread for each where the pool has one
 * thread alone, as on two processors; and replication between more than two nodes goes on in it.
 */
final class CommonPool {

    private static final String THREADS = "java.util.concurrent.ForkJoinPool.common.parallelism";
    private static final int LEAST = 2;

    private CommonPool() {}

    /** Gives it threads enough, unless the user has said how many; to be called before anything uses it. */
    static void configure() {
        if (System.getProperty(THREADS) == null && Runtime.getRuntime().availableProcessors() <= LEAST) {
            System.setProperty(THREADS, Integer.toString(LEAST));
        }
    }
}
