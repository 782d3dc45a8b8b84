package org.cfcql.parts.continuous;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.error.NumericFault;
import org.cfcql.learn.Probe;

/** Numbers of the last update, told to the probe and kept for the metrics file. */
public final class Losses {
    private final String algorithm;
    private final Probe probe;
    private final Map<String, Double> last = new LinkedHashMap<>();

    /** Nothing recorded yet. */
    public Losses(String algorithm, Probe probe) {
        this.algorithm = algorithm;
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
        double value = scalar.item_double();
        if (!Double.isFinite(value)) {
            throw new NumericFault(
                    algorithm
                            + ": expected a finite "
                            + metric
                            + ", found "
                            + value
                            + "; lower the learning rate or check the data");
        }
        last.put(metric, value);
    }

    /** What was recorded last, in the order of first appearance. */
    public Map<String, Double> last() {
        return Collections.unmodifiableMap(last);
    }
}
