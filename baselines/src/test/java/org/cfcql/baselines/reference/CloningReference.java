package org.cfcql.baselines.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.learn.UpdateStep;

/** Regression of the data's actions: mean over rows, agents and components (spec 3.3). */
final class CloningReference extends Reference {
    private final Nets.Adam adam;

    CloningReference(Nets nets, Map<String, ?> keys) {
        super(nets, keys);
        adam = new Nets.Adam(number("lr"));
    }

    @Override
    void update(Transitions data, UpdateStep step, Draws draws) {
        Perceptron[] actors = actors("actor");
        Num[][][] policy = act(actors, data.observations(), true);
        track(data.observations());
        Num loss = cloning(policy, data.actions());
        loss.backward();
        values.put("policy_actions", plain(policy));
        values.put("actor_loss", plain(loss));
        for (Perceptron actor : actors) {
            gradients.putAll(actor.gradients());
        }
        adam.step(nets, gradients);
    }

    /** Mean over everything of (π − a)². */
    static Num cloning(Num[][][] policy, double[][][] actions) {
        List<Num> errors = new ArrayList<>();
        for (int row = 0; row < policy.length; row++) {
            for (int agent = 0; agent < policy[row].length; agent++) {
                for (int k = 0; k < ACTION; k++) {
                    errors.add(policy[row][agent][k].minus(actions[row][agent][k]).square());
                }
            }
        }
        return Num.mean(errors);
    }

    static Map<String, double[]> gradients(Perceptron... networks) {
        Map<String, double[]> gradients = new TreeMap<>();
        for (Perceptron network : networks) {
            gradients.putAll(network.gradients());
        }
        return gradients;
    }

    @Override
    void follow() {
        // There are no targets.
    }
}
