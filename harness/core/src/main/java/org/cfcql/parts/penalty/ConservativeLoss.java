package org.cfcql.parts.penalty;

import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A critic's loss with its conservative term, and its backward pass (Eq. 7, α for α/2: D-33; spec
 * 2.2, 2.3):
 *
 * <pre>
 *   L = L_TD + α·(P − D),  P = Σ_k mean_b Σ_i λ_i LSE_k^i,  D = Σ_k mean_b Q_k(s, a)
 * </pre>
 *
 * @param value L, to be read only
 * @param conservative P − D, to be read only; empty without a term
 */
public record ConservativeLoss(Tensor value, Optional<Tensor> conservative) {
    /** Of a critic without a term: L = L_TD. */
    public static ConservativeLoss backward(Tensor tdLoss) {
        tdLoss.backward();
        return new ConservativeLoss(tdLoss, Optional.empty());
    }

    /**
     * Puts the gradients of L into what the critic was evaluated with.
     *
     * @param tdLoss L_TD, a scalar with history
     * @param pushedDown P
     * @param dataValue D, a scalar with history
     * @param alpha α
     */
    public static ConservativeLoss backward(
            Tensor tdLoss, ConservativePenalty.Pass pushedDown, Tensor dataValue, double alpha) {
        sum(tdLoss, pushedDown.differentiable().sub(dataValue), alpha).backward();
        Tensor conservative = pushedDown.complete().sub(dataValue.detach());
        return new ConservativeLoss(
                sum(tdLoss.detach(), conservative, alpha), Optional.of(conservative));
    }

    private static Tensor sum(Tensor tdLoss, Tensor conservative, double alpha) {
        return tdLoss.add(conservative, new Scalar(alpha));
    }
}
