package org.cfcql.baselines.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.baselines.DiscreteToy;
import org.cfcql.env.ActionSpace;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.nn.Initialisation;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes of networks as published, and what they hold before the first update. */
class InitialNetworksTest {
    private static TaskShape task(String environment) {
        return switch (environment) {
            case "mpe/simple_spread" -> task(environment, 3, 18, 54, 2);
            case "mpe/simple_tag" -> task(environment, 3, 16, 48, 2);
            case "mpe/simple_world" -> task(environment, 3, 24, 72, 2);
            default -> task(environment, 2, 6, 17, 3);
        };
    }

    private static TaskShape task(
            String environment, int agents, int observation, int state, int action) {
        return new TaskShape(
                environment,
                "medium",
                agents,
                observation,
                state,
                new ActionSpace.Box(action, -1, 1),
                25);
    }

    private static Nets fresh(String id, String environment, Map<String, ?> keys) {
        Algorithm algorithm = Algorithms.find(id);
        Trial trial = new Trial(id, keys, false);
        try (HarnessContext context = trial.context(new Heard(), new Draws(1));
                Learner learner =
                        algorithm
                                .configure(task(environment), new Settings(id, keys), Track.EQUAL)
                                .create(context)) {
            return Nets.read(learner);
        }
    }

    private static int trained(Map<String, double[]> network) {
        return network.entrySet().stream()
                .filter(entry -> !entry.getKey().contains("running"))
                .mapToInt(entry -> entry.getValue().length)
                .sum();
    }

    /** The table of spec 2.1; Gaussian policies have log σ besides. */
    @ParameterizedTest
    @CsvSource({
        "cfcql, mpe/simple_spread, 5542, 16378",
        "cfcql, mpe/simple_tag, 5410, 15598",
        "cfcql, mpe/simple_world, 5938, 18718",
        "cfcql, mamujoco/halfcheetah-2x3, 68367, 144432",
        "macql, mpe/simple_spread, 5542, 16378",
        "matd3, mpe/simple_spread, 5542, 16378",
        "td3-bc, mpe/simple_spread, 5542, 16378",
        "td3-bc, mamujoco/halfcheetah-2x3, 68367, 144432",
        "awac, mpe/simple_spread, 5544, 16378",
        "implicit-q-learning, mpe/simple_spread, 5544, 16378",
        "maicq, mpe/simple_spread, 5544, 16378",
        "maicq, mamujoco/halfcheetah-2x3, 68370, 144432",
    })
    void networksHaveThePublishedSizes(String id, String environment, int actor, int critic) {
        Nets nets = fresh(id, environment, Map.of());
        assertThat(trained(nets.of().get("actor0"))).isEqualTo(actor);
        assertThat(trained(nets.of().get("critic"))).isEqualTo(critic);
        assertThat(trained(nets.of().get("target_critic"))).isEqualTo(critic);
        assertThat(nets.of().keySet().stream().filter(name -> name.startsWith("actor")))
                .hasSize(task(environment).agents());
    }

    @ParameterizedTest
    @CsvSource({
        "icql, 5542",
        "omar, 5542",
        "matd3, 5542",
    })
    void criticsOfSingleAgentsSeeTheirOwnAgent(String id, int actor) {
        Map<String, ?> keys = id.equals("matd3") ? Map.of("critic", "independent") : Map.of();
        Nets nets = fresh(id, "mpe/simple_spread", keys);
        int input = 18 + 2;
        int head = input * 64 + 64 + 64 * 64 + 64 + 64 + 1;
        for (int agent = 0; agent < 3; agent++) {
            assertThat(trained(nets.of().get("actor" + agent))).isEqualTo(actor);
            assertThat(trained(nets.of().get("critic" + agent))).isEqualTo(2 * input + 2 * head);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bc",
        "cfcql",
        "macql",
        "matd3",
        "td3-bc",
        "awac",
        "implicit-q-learning",
        "maicq",
        "icql",
        "omar"
    })
    void targetsAreCopiesAndNoTwoAgentsOrHeadsAreAlike(String id) {
        Nets nets = fresh(id, "mpe/simple_spread", Map.of());
        nets.of()
                .forEach(
                        (name, parameters) -> {
                            if (name.startsWith("target_")) {
                                Map<String, double[]> online =
                                        nets.of().get(name.substring("target_".length()));
                                parameters.forEach(
                                        (key, values) ->
                                                assertThat(values)
                                                        .as(name + "/" + key)
                                                        .isEqualTo(online.get(key)));
                            } else {
                                requireFresh(name, parameters);
                            }
                        });
        assertThat(nets.of().get("actor1").get("l1.weight"))
                .isNotEqualTo(nets.of().get("actor0").get("l1.weight"));
        Map<String, double[]> critic = nets.of().getOrDefault("critic", new TreeMap<>());
        if (!critic.isEmpty()) {
            assertThat(critic.get("q2.l1.weight")).isNotEqualTo(critic.get("q1.l1.weight"));
        }
    }

    /** Linear layers within 1/√inputs, gates within 1/√hidden (spec 0.4). */
    @ParameterizedTest
    @CsvSource({
        "cfcql",
        "macql",
        "qmix",
        "icql",
        "bc",
        "omar",
        "awac",
        "implicit-q-learning",
        "maicq"
    })
    void networksOfEpisodesStartUniform(String id) {
        boolean penalised = id.equals("cfcql") || id.equals("macql");
        Map<String, ?> keys = penalised ? Map.of("alpha", 1) : Map.of();
        Nets nets;
        try (HarnessContext context =
                        new Trial(id, keys, false).context(new Heard(), new Draws(1));
                Learner learner =
                        Algorithms.find(id)
                                .configure(DiscreteToy.TASK, new Settings(id, keys), Track.EQUAL)
                                .create(context)) {
            nets = Nets.read(learner);
        }
        nets.of().remove(NamedNetwork.COUNTERS);
        nets.of()
                .forEach(
                        (name, network) ->
                                network.keySet().stream()
                                        .filter(key -> network.get(key).length >= 60)
                                        .forEach(key -> requireUniform(name, key, network)));
        assertThat(nets.of().keySet()).contains("agent");
    }

    private static void requireUniform(String name, String key, Map<String, double[]> network) {
        String weight = key.replaceAll("bias", "weight");
        String bias = key.replaceAll("weight", "bias");
        int inputs = network.get(weight).length / network.get(bias).length;
        double bound = 1 / Math.sqrt(inputs);
        double largest = Arrays.stream(network.get(key)).map(Math::abs).max().orElseThrow();
        assertThat(largest).as(name + "/" + key).isBetween(0.9 * bound, bound);
    }

    /** Networks of one kind start alike in all algorithms: comparisons are paired. */
    @ParameterizedTest
    @CsvSource({"cfcql", "macql", "matd3", "td3-bc", "awac", "implicit-q-learning", "maicq"})
    void allAlgorithmsStartFromTheSameStreams(String id) {
        Nets cloning = fresh("bc", "mpe/simple_spread", Map.of());
        Nets nets = fresh(id, "mpe/simple_spread", Map.of());
        for (String name : List.of("l1.weight", "l2.bias", "l3.weight")) {
            assertThat(nets.of().get("actor2").get(name))
                    .as(name)
                    .isEqualTo(cloning.of().get("actor2").get(name));
        }
        assertThat(nets.of().get("critic").get("q2.l1.weight"))
                .isEqualTo(
                        fresh("td3-bc", "mpe/simple_spread", Map.of())
                                .of()
                                .get("critic")
                                .get("q2.l1.weight"));
        int size = 64 * 18;
        Initialisation actors =
                new Initialisation(
                        Compute.byLibTorch(Transitions.TENSORS),
                        Trial.SEEDS.child("initialisation").child("actors").stream());
        try (PointerScope scope = new PointerScope()) {
            double[] drawn = TensorFactory.toDoubles(actors.uniform(1 / Math.sqrt(18), 3 * size));
            assertThat(nets.of().get("actor1").get("l1.weight"))
                    .as("the stream below initialisation, actors")
                    .isEqualTo(Arrays.copyOfRange(drawn, size, 2 * size));
        }
    }

    /**
     * Uniform within 1/√inputs, last weights of policies within 3e-3, normalisation the identity.
     */
    private static void requireFresh(String network, Map<String, double[]> parameters) {
        parameters.forEach(
                (name, values) -> {
                    String as = network + "/" + name;
                    if (name.matches("(bn\\.(weight|running_var))")) {
                        assertThat(values).as(as).containsOnly(1);
                    } else if (name.matches("bn\\..*|log_std")) {
                        assertThat(values).as(as).containsOnly(0);
                    } else {
                        String weight = name.replaceAll("bias$", "weight");
                        String bias = name.replaceAll("weight$", "bias");
                        int inputs = parameters.get(weight).length / parameters.get(bias).length;
                        boolean small = network.startsWith("actor") && name.equals("l3.weight");
                        double bound = small ? 3e-3 : 1 / Math.sqrt(inputs);
                        double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
                        // The last bias of a critic is one number.
                        double least = values.length < 60 ? 0 : 0.9 * bound;
                        assertThat(largest).as(as).isBetween(least, bound);
                    }
                });
    }
}
