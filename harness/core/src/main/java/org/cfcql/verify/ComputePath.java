package org.cfcql.verify;

import java.util.Optional;
import org.cfcql.nn.TimeSlots;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;

/**
 * Which of the equivalent ways of computing is verified. By default double precision takes the
 * plainest one, LibTorch over padded episodes, and single precision that of training: compiled
 * kernels over packed ones.
 *
 * @param kernels whether compiled kernels are wanted, in both precisions
 * @param layout of recurrent batches, in both precisions
 */
public record ComputePath(Optional<Kernels> kernels, Optional<TimeSlots.Layout> layout) {
    /** The defaults. */
    public static final ComputePath DEFAULT = new ComputePath(Optional.empty(), Optional.empty());

    Compute compute(ComputeDevice device, Precision precision) {
        Kernels byDefault = precision == Precision.FLOAT32 ? Kernels.ON : Kernels.OFF;
        return new Compute(device, precision, kernels.orElse(byDefault));
    }

    TimeSlots.Layout layout(Precision precision) {
        return layout.orElse(
                precision == Precision.FLOAT32 ? TimeSlots.Layout.PACKED : TimeSlots.Layout.PADDED);
    }
}
