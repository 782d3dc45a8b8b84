package org.cfcql.nn;

import java.util.ArrayList;
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
public final class Adam implements AutoCloseable {
    private final OwnedTensors owner = new OwnedTensors();
    private final List<Tensor> leaves;
    private final List<Tensor> data = new ArrayList<>();
    private final List<Tensor> firstMoments = new ArrayList<>();
    private final List<Tensor> secondMoments = new ArrayList<>();
    private final List<Tensor> denominators = new ArrayList<>();
    private final long[] steps;
    private final double beta1;
    private final double beta2;
    private final double weightDecay;
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
        this.leaves = List.copyOf(leaves);
        this.learningRate = learningRate;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.weightDecay = weightDecay;
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

    /** One step from the gradients stored in the leaves, then forgets them. */
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
        if (weightDecay != 0) {
            plain.mul_(new Scalar(1 - learningRate * weightDecay));
        }
        first.lerp_(gradient, firstWeight);
        second.mul_(secondDecay).addcmul_(gradient, gradient, secondWeight);
        double firstCorrection = 1 - StrictMath.pow(beta1, step);
        double secondCorrection = Math.sqrt(1 - StrictMath.pow(beta2, step));
        denominator.copy_(second).sqrt_().div_(new Scalar(secondCorrection)).add_(epsilon);
        plain.addcdiv_(first, denominator, new Scalar(-learningRate / firstCorrection));
    }

    /** Changes the learning rate of the following steps. */
    public void learningRate(double value) {
        learningRate = value;
    }

    /** The learning rate in force. */
    public double learningRate() {
        return learningRate;
    }

    /**
     * The moments by name ({@code first.0}, {@code second.0}, ...), one pair per leaf in their
     * order. Copying into them restores a checkpoint.
     */
    public Map<String, Tensor> moments() {
        Map<String, Tensor> moments = new LinkedHashMap<>();
        for (int index = 0; index < leaves.size(); index++) {
            moments.put("first." + index, firstMoments.get(index));
            moments.put("second." + index, secondMoments.get(index));
        }
        return moments;
    }

    /** Steps taken by each leaf. */
    public long[] steps() {
        return steps.clone();
    }

    /** Restores the steps taken by each leaf. */
    public void restoreSteps(long... stored) {
        if (stored.length != steps.length) {
            throw new IllegalArgumentException(
                    "expected " + steps.length + " step counts, found " + stored.length);
        }
        System.arraycopy(stored, 0, steps, 0, steps.length);
    }

    @Override
    public void close() {
        owner.close();
    }
}
