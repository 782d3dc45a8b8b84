package org.cfcql.cfcql;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.learn.Probe;
import org.cfcql.nativecode.CriticPenalty.Normalisation;
import org.cfcql.nativecode.CriticPenaltyInputs;
import org.cfcql.nativecode.NativeCriticPenalty;
import org.cfcql.nativecode.TwinCriticTensors;
import org.cfcql.nn.InputNormalisation;
import org.cfcql.nn.Parameters;
import org.cfcql.nn.TwinCritic;
import org.cfcql.tensor.OwnedTensors;

/**
 * The penalty by the fused C++ kernel: autograd differentiates the rest of the loss, then the
 * kernel adds α times the penalty's gradient.
 */
final class KernelPenalty implements ConservativePenalty {
    private final PenaltyHyperparameters parameters;
    private final InputNormalisation.Kind normalisation;
    private final TwinCritic critic;
    private final NativeCriticPenalty kernel;
    private final OwnedTensors owner = new OwnedTensors();
    private final TwinCriticTensors values;

    KernelPenalty(
            PenaltyHyperparameters parameters,
            InputNormalisation.Kind normalisation,
            TwinCritic critic) {
        this.parameters = parameters;
        this.normalisation = normalisation;
        this.critic = critic;
        kernel =
                new NativeCriticPenalty(
                        switch (normalisation) {
                            case BATCHNORM -> Normalisation.BATCH;
                            case LAYERNORM -> Normalisation.LAYER;
                            case NONE -> Normalisation.NONE;
                        });
        try (PointerScope scope = new PointerScope()) {
            TwinCriticTensors leaves = leaves();
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
        Tensor lse = kernel.addGradients(inputs, values, parameters.alpha(), gradients());
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

    private TwinCriticTensors leaves() {
        Parameters shared = critic.shared();
        Parameters heads = critic.heads();
        Tensor weight = heads.data("l1.weight");
        boolean none = normalisation == InputNormalisation.Kind.NONE;
        return new TwinCriticTensors(
                none ? weight.new_ones(weight.size(2)) : shared.data(name("weight")),
                none ? weight.new_zeros(weight.size(2)) : shared.data(name("bias")),
                weight,
                heads.data("l1.bias"),
                heads.data("l2.weight"),
                heads.data("l2.bias"),
                heads.data("l3.weight"),
                heads.data("l3.bias"));
    }

    /** What backward left in the leaves; the kernel adds to it in place. */
    private TwinCriticTensors gradients() {
        Parameters shared = critic.shared();
        Parameters heads = critic.heads();
        boolean none = normalisation == InputNormalisation.Kind.NONE;
        // Nobody reads the gradients of constants, but the kernel writes them.
        return new TwinCriticTensors(
                none ? torch.zeros_like(values.normScale()) : shared.leaf(name("weight")).grad(),
                none ? torch.zeros_like(values.normShift()) : shared.leaf(name("bias")).grad(),
                heads.leaf("l1.weight").grad(),
                heads.leaf("l1.bias").grad(),
                heads.leaf("l2.weight").grad(),
                heads.leaf("l2.bias").grad(),
                heads.leaf("l3.weight").grad(),
                heads.leaf("l3.bias").grad());
    }

    /** Scale or shift of the normalisation as {@link TwinCritic#shared} names it. */
    private String name(String parameter) {
        String prefix = normalisation == InputNormalisation.Kind.BATCHNORM ? "bn." : "ln.";
        return prefix + parameter;
    }

    @Override
    public void close() {
        owner.close();
    }
}
