package org.cfcql.baselines.reference;

import java.util.Map;

/** Implicit constraint Q-learning with a central critic (spec 3.4, continuous). */
final class MaicqReference extends RegressionReference {
    private final Nets.Adam adam;

    MaicqReference(Nets nets, Map<String, ?> keys) {
        super(nets, keys);
        adam = new Nets.Adam(number("lr"));
    }

    @Override
    double[] updateValues(Transitions data, Draws draws) {
        Num[][] nextRows = rows(data.nextState(), data.nextActions());
        double[] next = least(twin(nets.leaves("target_critic"), nextRows));
        double[] ratio = shares(number("targetTemperature"), next);
        double[] bootstrap = new double[next.length];
        for (int row = 0; row < next.length; row++) {
            ratio[row] = Math.max(0, Math.min(1, ratio[row] / number("targetAlpha")));
            bootstrap[row] = ratio[row] * next[row];
        }
        double[] target = target(data, bootstrap);
        Perceptron critic = nets.leaves("critic");
        Num[][] heads = twin(critic, rows(data.state(), data.actions()));
        Num loss = temporalDifference(heads, target);
        loss.backward();
        values.put("next_q", next);
        values.put("rho", ratio);
        tellCritic(target, heads);
        values.put("critic_loss", plain(loss));
        Map<String, double[]> ofCritic = critic.gradients();
        gradients.putAll(ofCritic);
        adam.step(nets, ofCritic);
        double[] error = least(heads);
        for (int row = 0; row < error.length; row++) {
            error[row] = target[row] - error[row];
        }
        return error;
    }

    @Override
    double[] weights(double[] fromValues, Num[][][] means, Transitions data, Draws draws) {
        values.put("td_error", fromValues);
        return shares(number("policyTemperature"), fromValues);
    }

    @Override
    void decay(Map<String, double[]> ofActors) {
        ofActors.forEach(
                (name, gradient) -> {
                    int slash = name.indexOf('/');
                    double[] parameter =
                            nets.of().get(name.substring(0, slash)).get(name.substring(slash + 1));
                    for (int index = 0; index < gradient.length; index++) {
                        gradient[index] += number("weightDecay") * parameter[index];
                    }
                });
    }
}
