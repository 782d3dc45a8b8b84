package org.cfcql.baselines.reference;

import static org.cfcql.baselines.reference.Trial.CRITIC;
import static org.cfcql.baselines.reference.Trial.FULL;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.UpdateStep;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Agents have no rank where the reward is their mean: permute them in data, draws and parameters,
 * and the networks after updates are those of before, permuted.
 */
class PermutationTest {
    private static final int[] ORDER = {2, 0, 1};
    private static final UpdateStep[] STEPS = {FULL, CRITIC, FULL};

    static Stream<Trial> learners() {
        return Stream.of(
                trial("bc"),
                trial("td3-bc"),
                trial("td3-bc", "norm.input", "none"),
                trial("awac"),
                trial("implicit-q-learning"),
                trial("maicq"),
                trial("matd3"),
                trial("cfcql", "alpha", 1),
                trial("cfcql", "alpha", 1, "cft", true, "norm.input", "none"),
                trial("cfcql", "alpha", 1, "form", "halfcheetah", "lse.othersNoise", 0.3),
                trial("cfcql", "alpha", 1, "lambda.mode", "softmax", "lambda.tau", 0.3),
                trial("macql", "alpha", 1, "form", "halfcheetah"),
                trial("macql", "alpha", 1, "macql.policyImprovement", "counterfactual"));
    }

    private static Trial trial(String id, Object... pairs) {
        Map<String, Object> keys = new TreeMap<>(Map.of("hidden", 4, "lr", 0.02));
        if (!id.equals("bc")) {
            keys.putAll(Map.of("reward.aggregation", "mean", "targetTau", 0.3));
        }
        for (int index = 0; index < pairs.length; index += 2) {
            keys.put((String) pairs[index], pairs[index + 1]);
        }
        if (keys.containsKey("lambda.tau")) {
            keys.putAll(Map.of("vae.hidden", 4, "vae.samples", 3));
        }
        return new Trial(id, keys, true);
    }

    @ParameterizedTest
    @MethodSource("learners")
    void permutedAgentsGiveTheSameNetworksPermuted(Trial trial) {
        Nets permutedAfter = permuted(after(trial, 0, 1, 2));
        Trial.assertClose(trial + " ", permutedAfter, after(trial, ORDER));
    }

    /** Networks after updates from permuted parameters on permuted data with permuted draws. */
    private static Nets after(Trial trial, int... order) {
        boolean moved = order[0] != 0;
        Draws draws = moved ? new Draws(7, order) : new Draws(7);
        try (HarnessContext context = trial.context(new Heard(), draws);
                Learner learner = trial.learner(context)) {
            Nets start = Nets.read(learner).scattered(3);
            (moved ? permuted(start) : start).write(learner);
            for (int index = 0; index < STEPS.length; index++) {
                try (PointerScope scope = new PointerScope()) {
                    Transitions data = Transitions.draw(30 + index, 6).permuted(order);
                    learner.update(data.batch(), STEPS[index]);
                    learner.updateTargets();
                }
            }
            return Nets.read(learner);
        }
    }

    private static Nets permuted(Nets nets) {
        Map<String, Map<String, double[]>> networks = new TreeMap<>();
        nets.of()
                .forEach(
                        (name, parameters) -> {
                            Map<String, double[]> other = new TreeMap<>();
                            if (name.contains("actor")) {
                                int agent = name.charAt(name.length() - 1) - '0';
                                String prefix = name.substring(0, name.length() - 1);
                                other.putAll(nets.of().get(prefix + ORDER[agent]));
                            } else {
                                parameters.forEach(
                                        (key, values) -> other.put(key, permuted(key, values)));
                            }
                            networks.put(name, other);
                        });
        return new Nets(networks);
    }

    /** Columns of actions at the input of critics and encoder, rows of actions of the decoder. */
    private static double[] permuted(String key, double... values) {
        int actions = Transitions.AGENTS * Transitions.ACTION;
        int joint = Transitions.STATE + actions;
        if (key.matches("decoder\\.l3\\..*")) {
            return columns(values, values.length, 0, values.length / actions);
        }
        boolean input = key.matches("bn\\..*|q[12]\\.l1\\.weight|encoder\\.l1\\.weight");
        // The value of a state has no actions.
        boolean ofState =
                values.length % joint != 0 || key.endsWith("bias") && !key.startsWith("bn");
        return input && !ofState ? columns(values, joint, Transitions.STATE, 1) : values;
    }

    /** In every stretch of {@code width} numbers, blocks of agents after {@code first} others. */
    private static double[] columns(double[] values, int width, int first, int each) {
        double[] other = values.clone();
        int block = Transitions.ACTION * each;
        for (int start = first; start < values.length; start += width) {
            for (int agent = 0; agent < ORDER.length; agent++) {
                System.arraycopy(
                        values, start + ORDER[agent] * block, other, start + agent * block, block);
            }
        }
        return other;
    }
}
