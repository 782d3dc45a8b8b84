package org.cfcql.verify;

import java.util.Optional;
import org.cfcql.nativecode.NativeKernels;
import org.cfcql.nn.TimeSlots;
import org.cfcql.tensor.Precision;

/**
 * Which of the equivalent ways of computing is verified. By default double precision takes the
 * plainest one, LibTorch over padded episodes, and single precision that of training: compiled
 * kernels over packed ones.
 *
 * @param kernels whether compiled kernels may be used, in both precisions
 * @param layout of recurrent batches, in both precisions
 */
public record ComputePath(Optional<Boolean> kernels, Optional<TimeSlots.Layout> layout) {
    /** The defaults. */
    public static final ComputePath DEFAULT = new ComputePath(Optional.empty(), Optional.empty());

    boolean kernels(Precision precision) {
        return kernels.orElse(precision == Precision.FLOAT32) && NativeKernels.available();
    }

    TimeSlots.Layout layout(Precision precision) {
        return layout.orElse(
                precision == Precision.FLOAT32 ? TimeSlots.Layout.PACKED : TimeSlots.Layout.PADDED);
    }
}
