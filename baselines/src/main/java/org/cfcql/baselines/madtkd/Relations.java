package org.cfcql.baselines.madtkd;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How alike the agents of a time step are: cosines of their features, compared between teacher and
 * student by the Huber loss over all ordered pairs (spec/algorithms.md 3.10).
 *
 * @param cosines {@code [step, agent, agent]}
 */
record Relations(Tensor cosines) {
    private static final double SMALLEST_NORM = 1e-8;
    private static final long NO_REDUCTION = 0;
    private static final double DELTA = 1;

    /** Relations of features {@code [step, agent, feature]}. */
    static Relations of(Tensor features) {
        // Bounded before the root, whose derivative at zero is infinite.
        Scalar smallest = new Scalar(SMALLEST_NORM * SMALLEST_NORM);
        Tensor norm = features.square().sum(2).clamp_min(smallest).sqrt();
        Tensor unit = features.div(norm.unsqueeze(2));
        return new Relations(torch.bmm(unit, unit.transpose(1, 2)));
    }

    /** Mean over steps of Σ_{i≠j} Huber(cos_ij − other cos_ij). */
    Tensor distance(Relations other) {
        return distance(cosines, other.cosines);
    }

    /** As {@link #distance} between the inverses, which the published refresh compares. */
    Tensor inverseDistance(Relations other) {
        return distance(cosines.reciprocal(), other.cosines.reciprocal());
    }

    private static Tensor distance(Tensor left, Tensor right) {
        Tensor each = torch.huber_loss(left, right, NO_REDUCTION, DELTA);
        Tensor own = torch.eye(left.size(1)).to(left.device(), left.scalar_type());
        return each.mul(own.neg().add(new Scalar(1.0))).sum(1, 2).mean();
    }
}
