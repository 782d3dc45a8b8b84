package org.cfcql.baselines.reference;

import java.util.Arrays;
import java.util.Map;
import org.cfcql.learn.UpdateStep;

/** TD3+BC with a central critic (spec 3.9). */
final class Td3BcReference extends Reference {
    private final Nets.Adam criticAdam;
    private final Nets.Adam actorAdam;

    Td3BcReference(Nets nets, Map<String, ?> keys) {
        super(nets, keys);
        criticAdam = new Nets.Adam(number("lr"));
        actorAdam = new Nets.Adam(number("lr"));
    }

    @Override
    void update(Transitions data, UpdateStep step, Draws draws) {
        double[][][] next = smoothed(data, draws);
        double[] target =
                target(
                        data,
                        least(twin(nets.leaves("target_critic"), rows(data.nextState(), next))));
        Perceptron critic = nets.leaves("critic");
        Num[][] heads = twin(critic, rows(data.state(), data.actions()));
        Num loss = temporalDifference(heads, target);
        loss.backward();
        tellCritic(target, heads);
        values.put("critic_loss", plain(loss));
        Map<String, double[]> ofCritic = critic.gradients();
        gradients.putAll(ofCritic);
        criticAdam.step(nets, ofCritic);
        if (full(step)) {
            improve(data);
        }
    }

    private double[][][] smoothed(Transitions data, Draws draws) {
        Num[][][] policy = act(actors("target_actor"), data.nextObservations(), true);
        double[] noise = draws.take("target_noise");
        double bound = number("targetNoiseClip");
        double[][][] next = new double[data.size()][AGENTS][ACTION];
        int draw = 0;
        for (int row = 0; row < next.length; row++) {
            for (int agent = 0; agent < AGENTS; agent++) {
                for (int k = 0; k < ACTION; k++) {
                    double drawn = number("targetNoise") * noise[draw++];
                    if (bound > 0) {
                        drawn = Math.max(-bound, Math.min(bound, drawn));
                    }
                    next[row][agent][k] = clip(policy[row][agent][k].value + drawn);
                }
            }
        }
        return next;
    }

    private void improve(Transitions data) {
        Perceptron[] actors = actors("actor");
        Num[][][] policy = act(actors, data.observations(), true);
        track(data.observations());
        Num[] first = twin(nets.leaves("critic"), rows(data.state(), policy))[0];
        double size = Arrays.stream(first).mapToDouble(q -> Math.abs(q.value)).sum() / first.length;
        double scale = number("alpha") / size;
        Num value = Num.mean(Arrays.asList(first));
        Num cloning = CloningReference.cloning(policy, data.actions());
        Num loss = cloning.minus(value.times(scale));
        loss.backward();
        values.put("policy_actions", plain(policy));
        values.put("policy_q1", plain(first));
        values.put("q_scale", new double[] {scale});
        values.put("actor_loss", plain(loss));
        Map<String, double[]> ofActors = CloningReference.gradients(actors);
        gradients.putAll(ofActors);
        actorAdam.step(nets, ofActors);
    }

    @Override
    void follow() {
        followAll(number("targetTau"));
    }
}
