package org.cfcql.baselines.reference;

import java.util.Map;

/** AWAC with a central critic (spec 3.8). */
final class AwacReference extends RegressionReference {
    private final Nets.Adam criticAdam;

    AwacReference(Nets nets, Map<String, ?> keys) {
        super(nets, keys);
        criticAdam = new Nets.Adam(number("lr"));
    }

    @Override
    double[] updateValues(Transitions data, Draws draws) {
        Perceptron[] actors = actors("actor");
        Num[][][] means = act(actors, data.nextObservations(), squashed());
        double[][][] next = sample(actors, means, draws.take("next_action_noise"));
        double[] target =
                target(
                        data,
                        least(twin(nets.leaves("target_critic"), rows(data.nextState(), next))));
        Perceptron critic = nets.leaves("critic");
        Num[][] heads = twin(critic, rows(data.state(), data.actions()));
        Num loss = temporalDifference(heads, target);
        loss.backward();
        values.put("next_actions", flat(next));
        tellCritic(target, heads);
        values.put("critic_loss", plain(loss));
        Map<String, double[]> ofCritic = critic.gradients();
        gradients.putAll(ofCritic);
        criticAdam.step(nets, ofCritic);
        return new double[0];
    }

    @Override
    double[] weights(double[] fromValues, Num[][][] means, Transitions data, Draws draws) {
        double[][][] policy = sample(actors("actor"), means, draws.take("policy_action_noise"));
        double[] ofPolicy = least(twin(nets.leaves("critic"), rows(data.state(), policy)));
        double[] ofData = least(twin(nets.leaves("critic"), rows(data.state(), data.actions())));
        double[] advantage = new double[data.size()];
        for (int row = 0; row < advantage.length; row++) {
            advantage[row] = ofData[row] - ofPolicy[row];
        }
        values.put("policy_actions", flat(policy));
        values.put("policy_q", ofPolicy);
        values.put("data_q", ofData);
        values.put("advantage", advantage);
        return capped(1 / number("temperature"), advantage);
    }
}
