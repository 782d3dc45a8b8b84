package org.cfcql.parts;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.error.NumericFault;
import org.cfcql.learn.Probe;

/**
 * Scalars of the last update, told to the probe and kept for the metrics file. A number that is not
 * finite is kept too, so that the numbers of a failed update say where it went wrong.
 */
public final class LossReport {
    private final String owner;
    private final Probe probe;
    private final Map<String, Double> last = new LinkedHashMap<>();

    /** Nothing recorded yet; {@code owner} is named in messages. */
    public LossReport(String owner, Probe probe) {
        this.owner = owner;
        this.probe = probe;
    }

    /**
     * Records a scalar.
     *
     * @param metric its name in the metrics file
     * @param golden its name in the golden files
     * @throws NumericFault if it is not finite
     */
    public void record(String metric, String golden, Tensor scalar) {
        probe.value(golden, scalar);
        record(metric, scalar.item_double());
    }

    /**
     * Records a number that has no single counterpart in the golden files.
     *
     * @throws NumericFault if it is not finite
     */
    public void record(String metric, double value) {
        last.put(metric, value);
        if (!Double.isFinite(value)) {
            throw new NumericFault(
                    "expected a finite "
                            + metric
                            + " of "
                            + owner
                            + ", found "
                            + value
                            + "; lower its learning rate or alpha, or check the data with 'cfcql"
                            + " data verify'");
        }
    }

    /**
     * Drops a number that this update does not record. It would stand for an older one, and a run
     * that was killed and resumed in between has none.
     */
    public void forget(String metric) {
        last.remove(metric);
    }

    /** What was recorded last, in the order of first appearance. */
    public Map<String, Double> last() {
        return new LinkedHashMap<>(last);
    }
}
