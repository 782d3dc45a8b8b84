package org.cfcql.baselines.reference;

import java.util.Map;

/** Implicit Q-learning with a central critic (spec 3.7). */
final class ImplicitQReference extends RegressionReference {
    private final Nets.Adam adam;

    ImplicitQReference(Nets nets, Map<String, ?> keys) {
        super(nets, keys);
        adam = new Nets.Adam(number("lr"));
    }

    @Override
    double[] updateValues(Transitions data, Draws draws) {
        double[] nextValue = plain(value(nets.leaves("value"), data.nextState()));
        Num[][] dataRows = rows(data.state(), data.actions());
        double[] targetQ = least(twin(nets.leaves("target_critic"), dataRows));
        Perceptron value = nets.leaves("value");
        Num[] current = value(value, data.state());
        Num valueLoss = Num.of(0);
        double[] advantage = new double[data.size()];
        for (int row = 0; row < advantage.length; row++) {
            Num u = current[row].times(-1).plus(targetQ[row]);
            double tau = number("expectile");
            double side = Math.abs(tau - (u.value < 0 ? 1 : 0));
            advantage[row] = u.value;
            valueLoss = valueLoss.plus(u.square().times(side / data.size()));
        }
        valueLoss.backward();
        Map<String, double[]> ofValues = value.gradients();
        double[] target = target(data, nextValue);
        Perceptron critic = nets.leaves("critic");
        Num[][] heads = twin(critic, dataRows);
        Num criticLoss = temporalDifference(heads, target).times(0.5);
        criticLoss.backward();
        ofValues.putAll(critic.gradients());
        values.put("next_value", nextValue);
        values.put("target_q", targetQ);
        values.put("value", plain(current));
        values.put("advantage", advantage);
        tellCritic(target, heads);
        values.put("value_loss", plain(valueLoss));
        values.put("critic_loss", plain(criticLoss));
        gradients.putAll(ofValues);
        adam.step(nets, ofValues);
        return advantage;
    }

    private static Num[] value(Perceptron network, double[][] states) {
        return column(network.layers("", network.normalised(constants(states))));
    }

    @Override
    double[] weights(double[] fromValues, Num[][][] means, Transitions data, Draws draws) {
        return capped(number("inverseTemperature"), fromValues);
    }

    @Override
    double rate(int step) {
        double rate = number("lr") * 0.5 * (1 + Math.cos(Math.PI * step / number("cosineSteps")));
        values.put("actor_learning_rate", new double[] {rate});
        return rate;
    }
}
