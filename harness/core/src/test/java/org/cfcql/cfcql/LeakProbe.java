package org.cfcql.cfcql;

import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.nativecode.NativeKernels;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;

/**
 * Program of {@link LeakGateTest}: updates a small learner and prints, after 100 and after 2 000
 * updates, live handles, their bytes, and the bytes held from the C allocator.
 *
 * <p>Arguments: {@code kernels} or {@code autograd}; {@code leak} to leave one tensor per update.
 */
final class LeakProbe {
    private static final int BATCH = 8;

    private LeakProbe() {}

    public static void main(String[] arguments) {
        LibTorchRuntime.initialise(1);
        boolean kernels = arguments[0].equals("kernels") && NativeKernels.available();
        boolean leaks = arguments.length > 1 && arguments[1].equals("leak");
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
                                "lambda",
                                Map.of("mode", "softmax", "tau", 0.5),
                                "vae",
                                Map.of("hidden", 8, "samples", 3)));
        HarnessContext context = TestBatches.context(tensors, Probe.SILENT, kernels);
        Learner learner = Algorithms.find("cfcql").create(task, settings, context);
        Schedule schedule = Schedule.fullThenCritic(5);
        for (int update = 1; update <= 2000; update++) {
            UpdateStep step = schedule.steps().get(update % 5);
            try (PointerScope scope = new PointerScope()) {
                learner.update(TestBatches.batch(tensors, task, BATCH, update), step);
            }
            if (step.targetsFollow()) {
                learner.updateTargets();
            }
            if (leaks) {
                Tensor lost = tensors.zeros(16);
                lost.retainReference();
            }
            if (update == 100 || update == 2000) {
                print(update);
            }
        }
    }

    private static void print(int update) {
        System.out.println(
                update
                        + " "
                        + Pointer.totalCount()
                        + " "
                        + Pointer.totalBytes()
                        + " "
                        + LibTorchRuntime.liveBytes());
    }
}
