package org.cfcql.cfcql;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.Probe;
import org.cfcql.nativecode.CriticPenaltyInputs;
import org.cfcql.nativecode.NativeCriticPenalty;
import org.cfcql.nativecode.TwinCriticTensors;
import org.cfcql.nn.TwinCritic;
import org.cfcql.tensor.OwnedTensors;

/**
 * The penalty by the fused C++ kernel: autograd differentiates the rest of the loss, then the
 * kernel adds α times the penalty's gradient.
 */
final class KernelPenalty implements ConservativePenalty {
    private final PenaltyHyperparameters parameters;
    private final TwinCritic critic;
    private final NativeCriticPenalty kernel = new NativeCriticPenalty();
    private final OwnedTensors owner = new OwnedTensors();
    private final TwinCriticTensors values;

    KernelPenalty(PenaltyHyperparameters parameters, TwinCritic critic) {
        this.parameters = parameters;
        this.critic = critic;
        try (PointerScope scope = new PointerScope()) {
            TwinCriticTensors leaves = leaves(critic);
            leaves.all().forEach(owner::own);
            values = leaves;
        }
    }

    @Override
    public Tensor backward(
            Tensor state,
            PenaltySamples samples,
            Tensor weights,
            Tensor tdLoss,
            Tensor dataValue,
            Probe probe) {
        CriticPenaltyInputs inputs =
                new CriticPenaltyInputs(
                        state.contiguous(),
                        samples.others().contiguous(),
                        samples.sampled().contiguous(),
                        samples.logDensity().contiguous(),
                        weights.contiguous(),
                        parameters.temperature());
        tdLoss.sub(dataValue, new Scalar(parameters.alpha())).backward();
        Tensor lse = kernel.addGradients(inputs, values, parameters.alpha(), gradients(critic));
        if (probe.listening()) {
            Tensor corrected = kernel.correctedValues(inputs, values);
            // [head, group, B, n, K]: golden files list the groups one after another.
            long batch = state.size(0);
            Tensor grouped =
                    corrected
                            .permute(0, 2, 3, 1, 4)
                            .reshape(2, batch, samples.sampled().size(2), -1);
            ConservativePenalty.report(parameters, grouped, lse, probe);
        }
        return lse.mul(weights).sum().div(new Scalar((double) state.size(0)));
    }

    private static TwinCriticTensors leaves(TwinCritic critic) {
        return new TwinCriticTensors(
                critic.shared().data("bn.weight"),
                critic.shared().data("bn.bias"),
                critic.heads().data("l1.weight"),
                critic.heads().data("l1.bias"),
                critic.heads().data("l2.weight"),
                critic.heads().data("l2.bias"),
                critic.heads().data("l3.weight"),
                critic.heads().data("l3.bias"));
    }

    /** What backward left in the leaves; the kernel adds to it in place. */
    private static TwinCriticTensors gradients(TwinCritic critic) {
        return new TwinCriticTensors(
                critic.shared().leaf("bn.weight").grad(),
                critic.shared().leaf("bn.bias").grad(),
                critic.heads().leaf("l1.weight").grad(),
                critic.heads().leaf("l1.bias").grad(),
                critic.heads().leaf("l2.weight").grad(),
                critic.heads().leaf("l2.bias").grad(),
                critic.heads().leaf("l3.weight").grad(),
                critic.heads().leaf("l3.bias").grad());
    }

    @Override
    public void close() {
        owner.close();
    }
}
