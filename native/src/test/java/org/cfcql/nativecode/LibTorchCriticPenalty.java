package org.cfcql.nativecode;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.nativecode.NativeCriticPenalty.Normalisation;

/**
 * The penalty by LibTorch alone, on any device: builds every row and lets autograd differentiate.
 * The oracle of {@link NativeCriticPenalty}.
 */
final class LibTorchCriticPenalty {
    private final Normalisation normalisation;

    /** The oracle for one kind of critic. */
    LibTorchCriticPenalty(Normalisation normalisation) {
        this.normalisation = normalisation;
    }

    /** As {@link NativeCriticPenalty#addGradients}. */
    Tensor addGradients(
            CriticPenaltyInputs inputs,
            TwinCriticTensors critic,
            double coefficient,
            TwinCriticTensors gradients) {
        Tensor result = inputs.weights().new_empty(2, inputs.batch(), inputs.agents());
        try (PointerScope scope = new PointerScope();
                AutoGradMode enabled = new AutoGradMode(true)) {
            TwinCriticTensors leaves = leaves(critic);
            Tensor lse = logSumExp(corrected(inputs, leaves), inputs.temperature());
            Tensor penalty =
                    lse.mul(inputs.weights().unsqueeze(0))
                            .sum()
                            .mul(new Scalar(coefficient / inputs.batch()));
            penalty.backward();
            addAll(leaves.all(), gradients.all());
            result.copy_(lse.detach());
        }
        return result;
    }

    /** As {@link NativeCriticPenalty#correctedValues}. */
    Tensor correctedValues(CriticPenaltyInputs inputs, TwinCriticTensors critic) {
        Tensor result =
                inputs.sampled()
                        .new_empty(
                                2,
                                inputs.groups(),
                                inputs.batch(),
                                inputs.agents(),
                                inputs.samples());
        try (PointerScope scope = new PointerScope();
                AutoGradMode disabled = new AutoGradMode(false)) {
            result.copy_(corrected(inputs, critic));
        }
        return result;
    }

    private static TwinCriticTensors leaves(TwinCriticTensors critic) {
        return new TwinCriticTensors(
                leaf(critic.normScale()),
                leaf(critic.normShift()),
                leaf(critic.weight1()),
                leaf(critic.bias1()),
                leaf(critic.weight2()),
                leaf(critic.bias2()),
                leaf(critic.weight3()),
                leaf(critic.bias3()));
    }

    private static Tensor leaf(Tensor parameter) {
        Tensor leaf = parameter.detach();
        leaf.set_requires_grad(true);
        return leaf;
    }

    private static void addAll(List<Tensor> leaves, List<Tensor> gradients) {
        try (AutoGradMode disabled = new AutoGradMode(false)) {
            for (int index = 0; index < leaves.size(); index++) {
                Tensor target = gradients.get(index);
                target.view(leaves.get(index).shape()).add_(leaves.get(index).grad());
            }
        }
    }

    /** {@code [2, B, n]}. */
    private static Tensor logSumExp(Tensor corrected, double temperature) {
        return corrected
                .div(new Scalar(temperature))
                .logsumexp(new long[] {1, 4}, false)
                .mul(new Scalar(temperature));
    }

    /** {@code [2, G, B, n, K]}. */
    private Tensor corrected(CriticPenaltyInputs inputs, TwinCriticTensors critic) {
        TensorVector groups = new TensorVector();
        for (long group = 0; group < inputs.groups(); group++) {
            groups.push_back(twinCritic(normalise(rows(inputs, group), critic), critic));
        }
        long[] shape = {2, inputs.groups(), inputs.batch(), inputs.agents(), inputs.samples()};
        Tensor values = torch.stack(groups, 1).reshape(shape);
        Tensor density =
                inputs.densityPerSample()
                        ? inputs.logDensity()
                        : inputs.logDensity().reshape(inputs.groups(), 1, 1, 1);
        return values.sub(density);
    }

    /** Inputs of the critic for one group, {@code [B·n·K, D]}. */
    private static Tensor rows(CriticPenaltyInputs inputs, long group) {
        long batch = inputs.batch();
        long agents = inputs.agents();
        long samples = inputs.samples();
        long size = inputs.actionSize();
        Tensor replaced =
                torch.eye(agents)
                        .to(inputs.sampled())
                        .gt(new Scalar(0.5))
                        .reshape(1, agents, 1, agents, 1);
        Tensor own = inputs.sampled().select(0, group).unsqueeze(3);
        Tensor others = inputs.others().select(0, group).reshape(batch, 1, 1, agents, size);
        Tensor joint = torch.where(replaced, own, others).reshape(-1, agents * size);
        Tensor state =
                inputs.state()
                        .unsqueeze(1)
                        .expand(batch, agents * samples, inputs.stateSize())
                        .reshape(batch * agents * samples, inputs.stateSize());
        return torch.cat(new TensorVector(state, joint), 1);
    }

    private Tensor normalise(Tensor rows, TwinCriticTensors critic) {
        Tensor normalised =
                switch (normalisation) {
                    case NONE -> rows;
                    case BATCH -> normalised(rows, 0);
                    case LAYER -> normalised(rows, 1);
                };
        return normalised.mul(critic.normScale()).add(critic.normShift());
    }

    private static Tensor normalised(Tensor rows, long... over) {
        Tensor centred = rows.sub(rows.mean(over, true, new ScalarTypeOptional()));
        Tensor variance = centred.square().mean(over, true, new ScalarTypeOptional());
        return centred.mul(variance.add(new Scalar(NativeCriticPenalty.NORM_EPSILON)).rsqrt());
    }

    /** Both heads on rows {@code [R, D]}: {@code [2, R]}. */
    private static Tensor twinCritic(Tensor rows, TwinCriticTensors critic) {
        long hidden = critic.hidden();
        Tensor first =
                layer(
                        rows.unsqueeze(0).expand(2, rows.size(0), rows.size(1)),
                        critic.weight1().reshape(2, hidden, rows.size(1)),
                        critic.bias1().reshape(2, 1, hidden));
        Tensor second =
                layer(
                        first.relu(),
                        critic.weight2().reshape(2, hidden, hidden),
                        critic.bias2().reshape(2, 1, hidden));
        return layer(
                        second.relu(),
                        critic.weight3().reshape(2, 1, hidden),
                        critic.bias3().reshape(2, 1, 1))
                .squeeze(2);
    }

    private static Tensor layer(Tensor rows, Tensor weight, Tensor bias) {
        return torch.baddbmm(bias, rows, weight.transpose(1, 2));
    }
}
