package org.cfcql.baselines.independent;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.parts.continuous.Critic;

/**
 * Deterministic policy improvement, minimise −mean Q_1(o, π(o)) + c·mean π(o)² (spec 2.4).
 *
 * @param actionRegularisation c
 */
public record ValueObjective(double actionRegularisation) implements Objective {
    @Override
    public Tensor loss(Improvement improvement) {
        return regulariser(improvement.policy()).sub(values(improvement).mean());
    }

    /** Q_1(o, π(o)) {@code [batch]}. */
    public static Tensor values(Improvement improvement) {
        Tensor rows = Critic.rows(improvement.data().state(), improvement.policy());
        return improvement.critic().frozenFirst(rows);
    }

    /** c·mean π². */
    public Tensor regulariser(Tensor policy) {
        return policy.square().mean().mul(new Scalar(actionRegularisation));
    }
}
