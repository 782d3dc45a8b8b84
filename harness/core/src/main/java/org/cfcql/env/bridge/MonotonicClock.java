package org.cfcql.env.bridge;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.cfcql.error.EnvironmentFault;

/** Time as supervision needs it; a fake in tests. */
public interface MonotonicClock {
    /** The machine's clock. */
    MonotonicClock SYSTEM =
            new MonotonicClock() {
                @Override
                public long nanos() {
                    return System.nanoTime();
                }

                @Override
                public void pause(long pauseMs) {
                    try {
                        new CountDownLatch(1).await(pauseMs, TimeUnit.MILLISECONDS);
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                        throw new EnvironmentFault(
                                "expected to restart an environment, was interrupted", interrupted);
                    }
                }
            };

    /** Nanoseconds since some moment. */
    long nanos();

    /** Lets time pass. */
    void pause(long pauseMs);
}
