package org.cfcql.parts;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.error.NumericFault;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Probe;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.TensorFactory;

/**
 * Scalars of the last update, told to the probe and kept for the metrics file. A number that is not
 * finite is kept too, so that the numbers of a failed update say where it went wrong.
 *
 * <p>On the processor a number is looked at when it is recorded. An accelerator would have to stop
 * for that, so its numbers stay there until {@link #last} reads all of them at once; a number that
 * is not finite is noticed then.
 */
public final class LossReport implements AutoCloseable {
    private final String owner;
    private final Probe probe;
    private final boolean lookAtOnce;
    private final DeviceNumbers unread;
    private final Map<String, Double> last = new LinkedHashMap<>();

    /** Nothing recorded yet; {@code owner} is named in messages. */
    public LossReport(String owner, LearnerContext context) {
        this(owner, context.probe(), context.tensors());
    }

    LossReport(String owner, Probe probe, TensorFactory tensors) {
        this.owner = owner;
        this.probe = probe;
        lookAtOnce = tensors.device().kind() == ComputeDevice.Kind.CPU;
        unread = new DeviceNumbers(tensors);
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
        record(metric, scalar);
    }

    /**
     * Records a scalar that has no single counterpart in the golden files.
     *
     * @throws NumericFault if it is not finite
     */
    public void record(String metric, Tensor scalar) {
        if (lookAtOnce) {
            record(metric, scalar.item_double());
        } else {
            keep(metric, scalar);
        }
    }

    /**
     * Records the mean of numbers that have no single counterpart in the golden files.
     *
     * @param numbers of any shape
     * @throws NumericFault if it is not finite
     */
    public void recordMean(String metric, Tensor numbers) {
        if (lookAtOnce) {
            double[] read = TensorFactory.toDoubles(numbers);
            record(metric, Arrays.stream(read).average().orElseThrow());
        } else {
            try (PointerScope scope = new PointerScope()) {
                keep(metric, numbers.mean());
            }
        }
    }

    /**
     * Records a number.
     *
     * @throws NumericFault if it is not finite
     */
    public void record(String metric, double value) {
        last.put(metric, value);
        requireFinite(metric, value);
    }

    private void keep(String metric, Tensor scalar) {
        last.putIfAbsent(metric, Double.NaN);
        unread.put(metric, scalar);
    }

    /**
     * Drops a number that this update does not record. It would stand for an older one, and a run
     * that was killed and resumed in between has none.
     */
    public void forget(String metric) {
        last.remove(metric);
        unread.forget(metric);
    }

    /**
     * What was recorded last, in the order of first appearance.
     *
     * @throws NumericFault if a number that was not looked at yet is not finite; all of them are
     *     kept, and the next call gives them
     */
    public Map<String, Double> last() {
        Map<String, Double> read = unread.take();
        last.putAll(read);
        read.forEach(this::requireFinite);
        return new LinkedHashMap<>(last);
    }

    private void requireFinite(String metric, double value) {
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

    @Override
    public void close() {
        unread.close();
    }
}
