package org.cfcql.counterfactual;

import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.nativecode.NativeKernels;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.cfcql.testing.LeakGate;

/**
 * Program of {@link LeakGateTest}: updates a small learner.
 *
 * <p>Arguments: {@code kernels} or {@code autograd}; {@code tensor} to leave one tensor per update
 * behind, {@code native} to leave a byte of which Java knows nothing, else {@code nothing}; kind of
 * input normalisation.
 */
final class LeakProbe {
    private static final int BATCH = 8;

    private LeakProbe() {}

    public static void main(String[] arguments) {
        LibTorchRuntime.initialise(1);
        boolean kernels = arguments[0].equals("kernels") && NativeKernels.available();
        String leak = arguments.length > 1 ? arguments[1] : "nothing";
        String normalisation = arguments.length > 2 ? arguments[2] : "batchnorm";
        TensorFactory tensors = new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
        TaskShape task = TestBatches.task(2, 5, 2);
        Settings settings =
                new Settings(
                        "cfcql",
                        Map.of(
                                "form",
                                "halfcheetah",
                                "hidden",
                                8,
                                "norm",
                                Map.of("input", normalisation),
                                "lambda",
                                Map.of("mode", "softmax", "tau", 0.5),
                                "vae",
                                Map.of("hidden", 8, "samples", 3)));
        HarnessContext context = TestBatches.context(tensors, Probe.SILENT, kernels);
        Learner learner =
                Algorithms.find("cfcql").configure(task, settings, Track.EQUAL).create(context);
        Schedule schedule = Schedule.fullThenCritic(5);
        for (int update = 1; update <= LeakGate.LATE; update++) {
            UpdateStep step = schedule.steps().get(update % 5);
            try (PointerScope scope = new PointerScope()) {
                learner.update(TestBatches.batch(tensors, task, BATCH, update), step);
            }
            if (step.targetsFollow()) {
                learner.updateTargets();
            }
            leaveBehind(leak, tensors);
            if (update == LeakGate.EARLY || update == LeakGate.LATE) {
                LeakGate.print();
            }
        }
    }

    private static void leaveBehind(String leak, TensorFactory tensors) {
        switch (leak) {
            case "tensor" -> tensors.zeros(16).retainReference();
            case "native" -> Pointer.malloc(1).setNull();
            default -> {
                // A sound learner leaves nothing.
            }
        }
    }
}
