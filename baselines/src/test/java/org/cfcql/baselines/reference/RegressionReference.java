package org.cfcql.baselines.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cfcql.learn.UpdateStep;

/**
 * What AWAC, implicit Q-learning and MAICQ share with a central critic: Gaussian policies that
 * clone the data with weights (spec 3.4, 3.7, 3.8).
 */
abstract class RegressionReference extends Reference {
    private final Nets.Adam actorAdam;
    private int policySteps;

    RegressionReference(Nets nets, Map<String, ?> keys) {
        super(nets, keys);
        actorAdam = new Nets.Adam(number("lr"));
    }

    /**
     * One step of all values.
     *
     * @return what the weights are made of, per row
     */
    abstract double[] updateValues(Transitions data, Draws draws);

    /** Weights of the rows. */
    abstract double[] weights(double[] fromValues, Num[][][] means, Transitions data, Draws draws);

    @Override
    void update(Transitions data, UpdateStep step, Draws draws) {
        double[] fromValues = updateValues(data, draws);
        if (full(step)) {
            improve(data, draws, fromValues);
        }
    }

    private void improve(Transitions data, Draws draws, double... fromValues) {
        Perceptron[] actors = actors("actor");
        Num[][][] means = act(actors, data.observations(), squashed());
        track(data.observations());
        double[] weights = weights(fromValues, means, data, draws);
        List<Num> terms = new ArrayList<>();
        double[] densities = new double[data.size() * AGENTS];
        for (int row = 0; row < data.size(); row++) {
            for (int agent = 0; agent < AGENTS; agent++) {
                Num density =
                        logDensity(
                                actors[agent].parameter("log_std"),
                                means[row][agent],
                                data.actions()[row][agent]);
                densities[row * AGENTS + agent] = density.value;
                terms.add(density.times(-weights[row] / data.size()));
            }
        }
        Num loss = Num.sum(terms);
        loss.backward();
        values.put("weight", weights);
        values.put("log_prob", densities);
        values.put("actor_loss", plain(loss));
        Map<String, double[]> ofActors = CloningReference.gradients(actors);
        decay(ofActors);
        gradients.putAll(ofActors);
        actorAdam.step(nets, ofActors, rate(policySteps++));
    }

    boolean squashed() {
        return !is("actor.mean", "linear");
    }

    /** Learning rate of the policies' step k = 0, 1, ... */
    double rate(int step) {
        return number("lr");
    }

    /** L2 decay, if there is one. */
    void decay(Map<String, double[]> ofActors) {}

    private Num logDensity(Num[] logDeviation, Num[] mean, double... action) {
        Num total = Num.of(0);
        for (int k = 0; k < ACTION; k++) {
            Num log = logDeviation[k].clamp(number("logStdMin"), number("logStdMax"));
            Num standard = mean[k].minus(action[k]).times(log.times(-1).exp());
            Num density =
                    standard.square().times(-0.5).minus(log).minus(0.5 * Math.log(2 * Math.PI));
            total = total.plus(density);
        }
        return total;
    }

    /** clip(μ + σ·ε, ±1). */
    double[][][] sample(Perceptron[] actors, Num[][][] means, double... noise) {
        double[][][] sample = new double[means.length][AGENTS][ACTION];
        int draw = 0;
        for (int row = 0; row < means.length; row++) {
            for (int agent = 0; agent < AGENTS; agent++) {
                for (int k = 0; k < ACTION; k++) {
                    double log = actors[agent].parameter("log_std")[k].value;
                    double bounded =
                            Math.max(number("logStdMin"), Math.min(number("logStdMax"), log));
                    double moved = means[row][agent][k].value + Math.exp(bounded) * noise[draw++];
                    sample[row][agent][k] = clip(moved);
                }
            }
        }
        return sample;
    }

    static double[] flat(double[][][] actions) {
        return Arrays.stream(actions)
                .flatMap(Arrays::stream)
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }

    /** B·softmax over the rows of x/temperature. */
    static double[] shares(double temperature, double... values) {
        double total = Arrays.stream(values).map(x -> Math.exp(x / temperature)).sum();
        return Arrays.stream(values)
                .map(x -> values.length * Math.exp(x / temperature) / total)
                .toArray();
    }

    double[] capped(double inverseTemperature, double... advantages) {
        return Arrays.stream(advantages)
                .map(x -> Math.min(Math.exp(inverseTemperature * x), number("weightCap")))
                .toArray();
    }

    @Override
    void follow() {
        followAll(number("targetTau"));
    }
}
