package org.cfcql.env.bridge;

import java.util.ArrayList;
import java.util.List;

/** A clock that moves only when someone waits. */
final class FakeClock implements MonotonicClock {
    private final List<Long> pausesMs = new ArrayList<>();
    private long nanos = 1;

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public void pause(long pauseMs) {
        pausesMs.add(pauseMs);
        advance(pauseMs);
    }

    void advance(long ms) {
        nanos += ms * 1_000_000;
    }

    long elapsedMs() {
        return nanos / 1_000_000;
    }

    /** Pauses asked for, in order. */
    List<Long> pausesMs() {
        return pausesMs;
    }
}
