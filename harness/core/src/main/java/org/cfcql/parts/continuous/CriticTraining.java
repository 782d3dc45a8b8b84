package org.cfcql.parts.continuous;

import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Probe;
import org.cfcql.nn.TrainingPass;
import org.cfcql.parts.LossReport;

/**
 * A central twin critic regressed on targets: minimise Σ_k mean (Q_k(s, a) − y)² (spec 2.2 without
 * its penalty).
 *
 * @param critic what is trained
 * @param optimiser over its online network
 * @param losses told {@code criticLoss}
 * @param probe told targets, values and gradients
 */
public record CriticTraining(Critic critic, Optimiser optimiser, LossReport losses, Probe probe) {
    /** With an Adam of its own. */
    public static CriticTraining byAdam(
            Critic critic, double learningRate, LossReport losses, LearnerContext context) {
        Optimiser optimiser =
                context.adam(
                        "critic",
                        Role.CRITIC,
                        critic.online().leaves(),
                        AdamSettings.of(learningRate));
        return new CriticTraining(critic, optimiser, losses, context.probe());
    }

    /**
     * One step.
     *
     * @param target y {@code [batch]}
     * @return Q {@code [head, batch]} from before it
     */
    public Tensor step(TransitionBatch data, Tensor target) {
        probe.phase("critic");
        TrainingPass pass = critic.online().trainingPass(Critic.rows(data.state(), data.actions()));
        Tensor values = pass.values();
        Tensor loss = Critic.temporalDifferenceLoss(values, target);
        probe.value("target", target);
        probe.value("q1", values.select(0, 0));
        probe.value("q2", values.select(0, 1));
        losses.record("criticLoss", "critic_loss", loss);
        loss.backward();
        pass.propagate();
        critic.report(probe);
        optimiser.step();
        return values;
    }
}
