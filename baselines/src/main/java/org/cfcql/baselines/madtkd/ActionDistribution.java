package org.cfcql.baselines.madtkd;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.parts.discrete.EpisodeRows;

/**
 * A softmax over available actions; unavailable ones count as 1e-10 (spec 3.10).
 *
 * <p>Actions come first, so that LibTorch's softmax takes a vector of steps at a time instead of
 * one step's few actions.
 *
 * @param logProbabilities {@code [action, step, agent]}, log 1e-10 where unavailable
 * @param unavailable boolean, of the same shape
 */
record ActionDistribution(Tensor logProbabilities, Tensor unavailable) {
    private static final double NO_LOGIT = -1e10;
    private static final double SMALLEST_PROBABILITY = 1e-10;

    /** What the distributions of a batch's steps leave out, {@code [action, step, agent]}. */
    static Tensor unavailable(EpisodeRows rows) {
        return actionsFirst(rows.steps(rows.available())).logical_not();
    }

    /**
     * The distribution of logits.
     *
     * @param logits {@code [step, agent, action]}
     * @param unavailable of {@link #unavailable(EpisodeRows)}
     */
    static ActionDistribution of(Tensor logits, Tensor unavailable) {
        Tensor masked = actionsFirst(logits).masked_fill(unavailable, new Scalar(NO_LOGIT));
        Tensor floored =
                masked.log_softmax(0)
                        .masked_fill(unavailable, new Scalar(Math.log(SMALLEST_PROBABILITY)));
        return new ActionDistribution(floored, unavailable);
    }

    private static Tensor actionsFirst(Tensor actionsLast) {
        return actionsLast.permute(2, 0, 1).contiguous();
    }

    private static Tensor actionsLast(Tensor actionsFirst) {
        return actionsFirst.permute(1, 2, 0);
    }

    /** log π of the data's actions {@code [step, agent]}. */
    Tensor ofData(EpisodeRows rows) {
        return rows.chosen(actionsLast(logProbabilities));
    }

    /** π {@code [step, agent, action]}. */
    Tensor probabilities() {
        return actionsLast(logProbabilities.exp());
    }

    /** Mean over steps and agents of KL(this ‖ other), summed over available actions. */
    Tensor divergenceFrom(ActionDistribution other) {
        Tensor ratio = logProbabilities.sub(other.logProbabilities);
        return logProbabilities
                .exp()
                .mul(ratio)
                .masked_fill(unavailable, new Scalar(0.0))
                .sum(0)
                .mean();
    }
}
