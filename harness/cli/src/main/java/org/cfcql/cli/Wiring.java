package org.cfcql.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.env.bridge.BridgeProvider;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.eval.EpisodeResult;
import org.cfcql.eval.Evaluator;
import org.cfcql.learn.AlgorithmLookup;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Policy;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.nativecode.NativeKernels;
import org.cfcql.outside.LearnerDeadlines;
import org.cfcql.outside.OutsideAlgorithms;
import org.cfcql.run.dataset.StoredDatasets;
import org.cfcql.run.training.Services;
import org.cfcql.run.training.Services.EpisodeEvaluator;
import org.cfcql.tensor.ComputeDevice;

/** Puts the parts of the harness together for a process. */
final class Wiring {
    private Wiring() {}

    /**
     * Checks that a task's Python packages are installed, without starting anything.
     *
     * @throws org.cfcql.error.UserError if the bridges do not know it
     * @throws org.cfcql.error.MissingDependency if they are not; the message says how to install
     */
    static void requireInstalled(BridgeProvider environments, Set<String> ids) {
        Bridges bridges = Bridges.ofThisProcess();
        for (String id : ids) {
            bridges.worker(environments.catalogue().familyOf(id).venv());
        }
    }

    /**
     * The device a command was told to compute on, checked before anything starts.
     *
     * @throws org.cfcql.error.UserError if it is not written as one
     * @throws org.cfcql.error.MissingDependency if this process cannot compute there
     */
    static ComputeDevice computeDevice(String text) {
        ComputeDevice device = ComputeDevice.parse(text);
        // Loading it takes a second or more and cannot be cut short.
        OrderlyEnd.safePlace();
        LibTorchRuntime.initialise(1);
        OrderlyEnd.safePlace();
        device.requireAvailable();
        return device;
    }

    /** Says once on standard error that kernels were wanted and why there are none. */
    static void reportMissingKernels(PrintWriter err) {
        if (!NativeKernels.available()) {
            err.println(
                    "cfcql: expected the compiled kernels, found none ("
                            + NativeKernels.unavailableReason()
                            + "); going on with LibTorch's own operations, which are slower");
            err.flush();
        }
    }

    /** Data in folders, environments in Python workers, algorithms of the class path. */
    static Services services() {
        return new Services(
                new StoredDatasets(Home.locate()),
                new BridgeProvider(Bridges.ofThisProcess()),
                algorithms(),
                new EpisodePlayer(new Evaluator()));
    }

    /** Those of the class path and the plug-ins, and learners that are processes of their own. */
    static AlgorithmLookup algorithms() {
        return new OutsideAlgorithms(
                Algorithms::lookUp,
                Algorithms::find,
                Bridges.ofThisProcess(),
                Path.of("").toAbsolutePath(),
                LearnerDeadlines.of(System.getenv()));
    }

    /** The evaluator as a run sees it. */
    private record EpisodePlayer(Evaluator evaluator) implements EpisodeEvaluator {
        @Override
        public List<EpisodeResult> evaluate(
                VectorEnvironment environment, Policy policy, List<Long> seeds) {
            return evaluator.evaluate(environment, policy, seeds);
        }

        @Override
        public long repeatedEpisodes() {
            return evaluator.repeatedEpisodes();
        }
    }
}
