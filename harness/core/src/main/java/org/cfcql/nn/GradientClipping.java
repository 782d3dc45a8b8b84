package org.cfcql.nn;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Clipping of gradients by their global L2 norm: scaled by maximum/(norm + 1e-6) when that is below
 * 1 (spec 0.4).
 *
 * @param maximum largest norm
 */
public record GradientClipping(double maximum) {
    private static final double SMALL = 1e-6;

    /**
     * One norm over all leaves.
     *
     * @return the norm before clipping, a scalar tensor
     */
    public Tensor clipJointly(List<Tensor> leaves) {
        TensorVector squares = new TensorVector();
        for (Tensor leaf : leaves) {
            if (leaf.grad().defined()) {
                squares.push_back(leaf.grad().square().sum());
            }
        }
        Tensor norm = torch.stack(squares).sum().sqrt();
        Tensor scale = scale(norm);
        for (Tensor leaf : leaves) {
            if (leaf.grad().defined()) {
                leaf.grad().mul_(scale);
            }
        }
        return norm;
    }

    /**
     * One norm per replica over all leaves {@code [replica, ...]}: each agent's network by itself.
     *
     * @return norms before clipping, {@code [replica]}
     */
    public Tensor clipPerReplica(List<Tensor> leaves) {
        long replicas = leaves.get(0).size(0);
        TensorVector squares = new TensorVector();
        for (Tensor leaf : leaves) {
            if (leaf.grad().defined()) {
                squares.push_back(leaf.grad().square().reshape(replicas, -1).sum(1));
            }
        }
        Tensor norm = torch.stack(squares).sum(0).sqrt();
        Tensor scale = scale(norm);
        for (Tensor leaf : leaves) {
            Tensor gradient = leaf.grad();
            if (gradient.defined()) {
                long[] broadcast = new long[(int) gradient.dim()];
                Arrays.fill(broadcast, 1);
                broadcast[0] = replicas;
                gradient.mul_(scale.view(broadcast));
            }
        }
        return norm;
    }

    private Tensor scale(Tensor norm) {
        Tensor ratio = norm.add(new Scalar(SMALL)).reciprocal().mul(new Scalar(maximum));
        return ratio.clamp_max(new Scalar(1.0));
    }
}
