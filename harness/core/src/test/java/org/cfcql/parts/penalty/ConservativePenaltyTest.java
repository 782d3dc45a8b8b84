package org.cfcql.parts.penalty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.bytedeco.javacpp.PointerScope;
import org.cfcql.nativecode.NativeKernels;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.InputNormalisation;
import org.cfcql.nn.TwinCritic;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who computes the conservative term. */
class ConservativePenaltyTest {
    private static final Compute COMPUTE =
            new Compute(ComputeDevice.CPU, Precision.FLOAT32, Kernels.ON);

    @ParameterizedTest
    @EnumSource
    void theKernelCoversEveryInputNormalisation(InputNormalisation.Kind normalisation) {
        assumeThat(NativeKernels.available()).as("compiled kernels").isTrue();
        try (PointerScope scope = new PointerScope();
                TwinCritic critic =
                        new TwinCritic(
                                new Initialisation(COMPUTE, new RandomStream(3)),
                                normalisation,
                                5,
                                8,
                                8);
                ConservativePenalty penalty =
                        ConservativePenalty.create(
                                PenaltyHyperparameters.none(false),
                                normalisation,
                                critic,
                                COMPUTE)) {
            assertThat(penalty).isInstanceOf(KernelPenalty.class);
        }
    }
}
