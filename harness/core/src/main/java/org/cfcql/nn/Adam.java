package org.cfcql.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.tensor.OwnedTensors;

/**
 * Adam with decoupled weight decay (AdamW), PyTorch's arithmetic, in place over plain tensors.
 *
 * <p>Entries are updated one by one, so a tensor with a replica axis gets exactly the steps that
 * one Adam per replica would give. A parameter without a gradient is neither moved nor decayed, and
 * its own count of steps stays.
 */
public final class Adam implements StepRule {
    private final OwnedTensors owner = new OwnedTensors();
    private final List<Tensor> leaves;
    private final List<Tensor> data = new ArrayList<>();
    private final List<Tensor> firstMoments = new ArrayList<>();
    private final List<Tensor> secondMoments = new ArrayList<>();
    private final List<Tensor> denominators = new ArrayList<>();
    private final long[] steps;
    private final double beta1;
    private final double beta2;
    private final double[] weightDecays;
    private final Scalar firstWeight;
    private final Scalar secondDecay;
    private final Scalar secondWeight;
    private final Scalar epsilon;
    private double learningRate;

    /** Zero moments for leaves that require gradients; constants as in PyTorch. */
    public Adam(
            List<Tensor> leaves,
            double learningRate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay) {
        this(leaves, List.of(), learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** As above for two groups of leaves, of which the second is never decayed. */
    public Adam(
            List<Tensor> decayed,
            List<Tensor> undecayed,
            double learningRate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay) {
        List<Tensor> all = new ArrayList<>(decayed);
        all.addAll(undecayed);
        leaves = List.copyOf(all);
        this.learningRate = learningRate;
        this.beta1 = beta1;
        this.beta2 = beta2;
        weightDecays = new double[leaves.size()];
        Arrays.fill(weightDecays, 0, decayed.size(), weightDecay);
        this.steps = new long[leaves.size()];
        try (PointerScope scope = new PointerScope()) {
            firstWeight = owner.own(new Scalar(1 - beta1));
            secondDecay = owner.own(new Scalar(beta2));
            secondWeight = owner.own(new Scalar(1 - beta2));
            this.epsilon = owner.own(new Scalar(epsilon));
            for (Tensor leaf : leaves) {
                Tensor plain = owner.own(leaf.detach());
                data.add(plain);
                firstMoments.add(owner.own(plain.mul(new Scalar(0))));
                secondMoments.add(owner.own(plain.mul(new Scalar(0))));
                denominators.add(owner.own(plain.mul(new Scalar(0))));
            }
        }
    }

    @Override
    public void step() {
        try (PointerScope scope = new PointerScope()) {
            for (int index = 0; index < leaves.size(); index++) {
                Tensor gradient = leaves.get(index).mutable_grad();
                if (gradient.defined()) {
                    stepOne(index, gradient.detach());
                    gradient.reset();
                }
            }
        }
    }

    private void stepOne(int index, Tensor gradient) {
        long step = ++steps[index];
        Tensor plain = data.get(index);
        Tensor first = firstMoments.get(index);
        Tensor second = secondMoments.get(index);
        Tensor denominator = denominators.get(index);
        if (weightDecays[index] != 0) {
            plain.mul_(new Scalar(1 - learningRate * weightDecays[index]));
        }
        first.lerp_(gradient, firstWeight);
        second.mul_(secondDecay).addcmul_(gradient, gradient, secondWeight);
        double firstCorrection = 1 - StrictMath.pow(beta1, step);
        double secondCorrection = Math.sqrt(1 - StrictMath.pow(beta2, step));
        denominator.copy_(second).sqrt_().div_(new Scalar(secondCorrection)).add_(epsilon);
        plain.addcdiv_(first, denominator, new Scalar(-learningRate / firstCorrection));
    }

    @Override
    public void learningRate(double value) {
        learningRate = value;
    }

    @Override
    public double learningRate() {
        return learningRate;
    }

    /** A pair {@code first.0}, {@code second.0} per leaf. */
    @Override
    public Map<String, Tensor> moments() {
        Map<String, Tensor> moments = new LinkedHashMap<>();
        for (int index = 0; index < leaves.size(); index++) {
            moments.put("first." + index, firstMoments.get(index));
            moments.put("second." + index, secondMoments.get(index));
        }
        return moments;
    }

    @Override
    public long[] steps() {
        return steps.clone();
    }

    @Override
    public void restoreSteps(long... stored) {
        StepRule.requireSameLength(steps, stored);
        System.arraycopy(stored, 0, steps, 0, steps.length);
    }

    @Override
    public void close() {
        owner.close();
    }
}
