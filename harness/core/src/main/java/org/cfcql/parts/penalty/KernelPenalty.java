package org.cfcql.parts.penalty;

import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.learn.Probe;
import org.cfcql.nativecode.CriticPenaltyInputs;
import org.cfcql.nativecode.NativeCriticPenalty;
import org.cfcql.nativecode.NativeCriticPenalty.Normalisation;
import org.cfcql.nativecode.TwinCriticTensors;
import org.cfcql.nn.InputNormalisation;
import org.cfcql.nn.Parameters;
import org.cfcql.nn.TwinCritic;
import org.cfcql.tensor.OwnedTensors;

/**
 * The penalty (Eq. 7) by the fused C++ kernel: LibTorch differentiates the rest of the loss, then
 * the kernel adds α times the penalty's gradient.
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
    public Pass pass(Tensor state, PenaltySamples samples, Tensor weights, Probe probe) {
        CriticPenaltyInputs inputs =
                new CriticPenaltyInputs(
                        state.contiguous(),
                        samples.others().contiguous(),
                        samples.sampled().contiguous(),
                        samples.logDensity().contiguous(),
                        weights.contiguous(),
                        parameters.temperature());
        return new Pass() {
            @Override
            public Tensor differentiable() {
                return weights.new_zeros(new long[0]);
            }

            @Override
            public Tensor complete() {
                Tensor lse = kernel.addGradients(inputs, values, parameters.alpha(), gradients());
                if (probe.listening()) {
                    report(inputs, lse, probe);
                }
                return lse.mul(weights).sum().div(new Scalar((double) state.size(0)));
            }
        };
    }

    private void report(CriticPenaltyInputs inputs, Tensor lse, Probe probe) {
        Tensor corrected = kernel.correctedValues(inputs, values);
        // [head, group, B, n, K]: golden files list the groups one after another.
        Tensor grouped =
                corrected
                        .permute(0, 2, 3, 1, 4)
                        .reshape(2, corrected.size(2), corrected.size(3), -1);
        ConservativePenalty.report(parameters, grouped, lse, probe);
    }

    private TwinCriticTensors leaves() {
        Parameters shared = critic.shared();
        Parameters heads = critic.heads();
        if (normalisation == InputNormalisation.Kind.NONE) {
            Tensor weight = heads.data("l1.weight");
            long width = weight.size(2);
            return tensors(weight.new_ones(width), weight.new_zeros(width), heads::data);
        }
        return tensors(shared.data(name("weight")), shared.data(name("bias")), heads::data);
    }

    /** Where backward left gradients, if any; the kernel adds to them in place. */
    private TwinCriticTensors gradients() {
        Parameters shared = critic.shared();
        Function<String, Tensor> ofHeads = critic.heads()::gradient;
        if (normalisation == InputNormalisation.Kind.NONE) {
            // Nobody reads the gradients of constants, but the kernel writes them.
            Tensor unread = torch.zeros_like(values.normScale());
            return tensors(unread, torch.zeros_like(unread), ofHeads);
        }
        return tensors(shared.gradient(name("weight")), shared.gradient(name("bias")), ofHeads);
    }

    private static TwinCriticTensors tensors(
            Tensor normScale, Tensor normShift, Function<String, Tensor> ofHeads) {
        return new TwinCriticTensors(
                normScale,
                normShift,
                ofHeads.apply("l1.weight"),
                ofHeads.apply("l1.bias"),
                ofHeads.apply("l2.weight"),
                ofHeads.apply("l2.bias"),
                ofHeads.apply("l3.weight"),
                ofHeads.apply("l3.bias"));
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
