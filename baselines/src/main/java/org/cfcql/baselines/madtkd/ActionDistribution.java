package org.cfcql.baselines.madtkd;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.cfcql.EpisodeRows;

/**
 * A softmax over available actions; unavailable ones count as 1e-10 (spec/algorithms.md 3.10).
 *
 * @param logProbabilities {@code [step, agent, action]}, log 1e-10 where unavailable
 * @param available boolean, of the same shape
 */
record ActionDistribution(Tensor logProbabilities, Tensor available) {
    private static final double NO_LOGIT = -1e10;
    private static final double SMALLEST_PROBABILITY = 1e-10;

    /** The distribution of logits {@code [step, agent, action]}. */
    static ActionDistribution of(Tensor logits, Tensor available) {
        Tensor unavailable = available.logical_not();
        Tensor masked = logits.masked_fill(unavailable, new Scalar(NO_LOGIT)).log_softmax(2);
        Tensor floored =
                masked.masked_fill(unavailable, new Scalar(Math.log(SMALLEST_PROBABILITY)));
        return new ActionDistribution(floored, available);
    }

    /** log π of the data's actions {@code [step, agent]}. */
    Tensor ofData(EpisodeRows rows) {
        return rows.chosen(logProbabilities);
    }

    /** π {@code [step, agent, action]}. */
    Tensor probabilities() {
        return logProbabilities.exp();
    }

    /** Mean over steps and agents of KL(this ‖ other), summed over available actions. */
    Tensor divergenceFrom(ActionDistribution other) {
        Tensor ratio = logProbabilities.sub(other.logProbabilities);
        return probabilities()
                .mul(ratio)
                .masked_fill(available.logical_not(), new Scalar(0.0))
                .sum(2)
                .mean();
    }
}
