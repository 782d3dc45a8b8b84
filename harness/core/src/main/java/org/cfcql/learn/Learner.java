package org.cfcql.learn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cfcql.data.batch.Batch;
import org.cfcql.error.HarnessBug;

/**
 * An algorithm at work on one cell.
 *
 * <p>It gets optimisers, noise and batches from the harness only; the harness decides how often it
 * is called. Not safe for use by several threads.
 */
public interface Learner extends AutoCloseable {
    /**
     * One update on a batch. Temporaries are closed before it returns.
     *
     * @throws org.cfcql.error.NumericFault if a loss is not finite
     */
    void update(Batch batch, UpdateStep step);

    /**
     * One update of a model named by {@link ConfiguredAlgorithm#pretraining}, before round 0.
     *
     * @throws org.cfcql.error.NumericFault if a loss is not finite
     */
    default void pretrain(String name, Batch batch) {
        throw new HarnessBug("expected no pretraining, found a request for '" + name + "'");
    }

    /**
     * Numbers of the last {@link #pretrain} of this name, as {@link #metrics} has them of a
     * round's.
     */
    default Map<String, Double> pretrainingMetrics(String name) {
        throw new HarnessBug("expected no pretraining, found a request for '" + name + "'");
    }

    /** Moves the target networks one step towards the online ones. */
    void updateTargets();

    /** The policy as it is now; it reads the learner's parameters, so it changes with them. */
    Policy policy();

    /**
     * Its state where that is bytes which only the learner itself can read, beside or in place of
     * networks.
     */
    default Optional<OpaqueState> opaqueState() {
        return Optional.empty();
    }

    /** All networks, targets included, in a fixed order. */
    List<NamedNetwork> networks();

    /**
     * Numbers of the last {@link #update} for the metrics file, in a fixed order: losses, gradient
     * norms, mean values. The harness asks when it writes them, not after every update: on an
     * accelerator the answer is what makes the processor wait.
     *
     * @throws org.cfcql.error.NumericFault if a loss that was not looked at before is not finite
     */
    Map<String, Double> metrics();

    @Override
    void close();
}
