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
 * RMSprop without momentum, PyTorch's arithmetic (spec 0.4): v ← αv + (1−α)g², then θ ← θ −
 * lr·g/(√v + ε).
 *
 * <p>Entries are updated one by one, so one rule over two networks takes exactly the steps of one
 * rule each. A parameter without a gradient stays where it is.
 */
public final class RmsProp implements StepRule {
    private final OwnedTensors owner = new OwnedTensors();
    private final List<Tensor> leaves;
    private final List<Tensor> data = new ArrayList<>();
    private final List<Tensor> secondMoments = new ArrayList<>();
    private final long[] steps;
    private final Scalar decay;
    private final Scalar weight;
    private final Scalar epsilon;
    private double learningRate;

    /**
     * Zero moments for leaves that require gradients.
     *
     * @param decay α, how much of the second moment stays in a step
     * @param epsilon added to the root of the second moment
     */
    public RmsProp(List<Tensor> leaves, double learningRate, double decay, double epsilon) {
        this.leaves = List.copyOf(leaves);
        this.learningRate = learningRate;
        steps = new long[leaves.size()];
        try (PointerScope scope = new PointerScope()) {
            this.decay = owner.own(new Scalar(decay));
            weight = owner.own(new Scalar(1 - decay));
            this.epsilon = owner.own(new Scalar(epsilon));
            for (Tensor leaf : leaves) {
                Tensor plain = owner.own(leaf.detach());
                data.add(plain);
                secondMoments.add(owner.own(plain.mul(new Scalar(0))));
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
        steps[index]++;
        Tensor second = secondMoments.get(index);
        second.mul_(decay).addcmul_(gradient, gradient, weight);
        Tensor denominator = second.sqrt().add_(epsilon);
        data.get(index).addcdiv_(gradient, denominator, new Scalar(-learningRate));
    }

    @Override
    public void learningRate(double value) {
        learningRate = value;
    }

    @Override
    public double learningRate() {
        return learningRate;
    }

    /** One {@code second.0} per leaf. */
    @Override
    public Map<String, Tensor> moments() {
        Map<String, Tensor> moments = new LinkedHashMap<>();
        for (int index = 0; index < leaves.size(); index++) {
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
