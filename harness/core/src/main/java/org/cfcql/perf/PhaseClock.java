package org.cfcql.perf;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.Probe;

/** A probe that hears no values and measures how long each phase of an update lasts. */
public final class PhaseClock implements Probe {
    private final LongSupplier nanoTime;
    private final Map<String, Long> elapsedNs = new LinkedHashMap<>();
    private String current;
    private long startedNs;

    /** A clock over a source of nanoseconds. */
    public PhaseClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public boolean listening() {
        return false;
    }

    @Override
    public void value(String name, Tensor value) {}

    @Override
    public void gradient(String network, String parameter, Tensor gradient) {}

    @Override
    public void phase(String name) {
        long nowNs = nanoTime.getAsLong();
        if (current != null) {
            elapsedNs.merge(current, nowNs - startedNs, Long::sum);
        }
        current = name;
        startedNs = nowNs;
    }

    /** Ends the running phase. */
    public void stop() {
        phase(null);
    }

    /**
     * Forgets what was measured and returns it.
     *
     * @return milliseconds per phase, in order of first appearance
     */
    public Map<String, Double> take() {
        Map<String, Double> milliseconds = new LinkedHashMap<>();
        elapsedNs.forEach((phase, ns) -> milliseconds.put(phase, ns / 1e6));
        elapsedNs.clear();
        return milliseconds;
    }
}
