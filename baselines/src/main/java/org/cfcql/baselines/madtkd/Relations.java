package org.cfcql.baselines.madtkd;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * How alike the agents of a time step are: cosines of their features, compared between teacher and
 * student by the Huber loss over all ordered pairs (spec 3.10).
 *
 * <p>Of the pairs, agent i and the one d after it (in a circle of n) stand side by side, for d up
 * to n / 2: so every unordered pair is there once, or twice if it is n / 2 apart. LibTorch takes
 * ten times as long for one small product of matrices per step.
 *
 * @param cosines {@code [d, step, agent]}
 */
record Relations(Tensor cosines) {
    private static final double SMALLEST_NORM = 1e-8;

    /** Rounding of a sum of products in single precision. */
    private static final double SMALLEST_COSINE = 1e-7;

    private static final long NO_REDUCTION = 0;
    private static final double DELTA = 1;

    /** Relations of features {@code [step, agent, feature]}. */
    static Relations of(Tensor features) {
        // Bounded before the root, whose derivative at zero is infinite.
        Scalar smallest = new Scalar(SMALLEST_NORM * SMALLEST_NORM);
        Tensor norms = features.square().sum(2).clamp_min(smallest).sqrt();
        TensorVector cosines = new TensorVector();
        for (long distance = 1; distance <= farthest(features.size(1)); distance++) {
            Tensor products = features.mul(shifted(features, distance)).sum(2);
            cosines.push_back(products.div(norms.mul(shifted(norms, distance))));
        }
        return new Relations(torch.stack(cosines, 0));
    }

    private static Tensor shifted(Tensor perAgent, long distance) {
        return perAgent.roll(new long[] {distance}, 1);
    }

    /** One agent is compared with itself, which counts for nothing. */
    private static long farthest(long agents) {
        return Math.max(1, agents / 2);
    }

    /** Mean over steps of Σ_{i≠j} Huber(cos_ij − other cos_ij). */
    Tensor distance(Relations other) {
        return distance(cosines, other.cosines);
    }

    /** As {@link #distance} between the inverses, which the published refresh compares. */
    Tensor inverseDistance(Relations other) {
        return distance(inverse(cosines), inverse(other.cosines));
    }

    /** 1 / cos; smaller cosines are rounding, and a sum that cancels to zero has no inverse. */
    private static Tensor inverse(Tensor cosines) {
        Tensor cancelled = cosines.abs().lt(new Scalar(SMALLEST_COSINE));
        return cosines.masked_fill(cancelled, new Scalar(SMALLEST_COSINE)).reciprocal();
    }

    private static Tensor distance(Tensor left, Tensor right) {
        Tensor each = torch.huber_loss(left, right, NO_REDUCTION, DELTA).sum(2).mean(1);
        long agents = left.size(2);
        Tensor sum = each.select(0, 0).mul(new Scalar(orders(1, agents)));
        for (long distance = 2; distance <= farthest(agents); distance++) {
            sum = sum.add(each.select(0, distance - 1), new Scalar(orders(distance, agents)));
        }
        return sum;
    }

    /** How many ordered pairs each entry of a distance stands for. */
    private static double orders(long distance, long agents) {
        if (agents == 1) {
            return 0;
        }
        return 2 * distance == agents ? 1 : 2;
    }
}
