package org.cfcql.perf;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** What time a measurement counts. */
public enum Clock {
    /** All time that passes. */
    WALL {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    },
    /**
     * The time in which a processor worked for this thread. On a machine shared with other work it
     * leaves out the waiting, but not what the others take of caches and memory. Not for a GPU.
     */
    CPU {
        @Override
        public long nanoTime() {
            return THREADS.getCurrentThreadCpuTime();
        }
    };

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Nanoseconds since some moment. */
    public abstract long nanoTime();
}
