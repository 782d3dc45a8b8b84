package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.baselines.independent.IndependentPublished;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.env.ActionSpace;
import org.cfcql.error.NumericFault;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.parts.ExpectileLoss;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the continuous baselines have in common, and what one is without what it adds. */
class ContinuousBaselinesTest {
    private static final int UPDATES = 4;

    private static Map<String, Object> keys(String id) {
        return switch (id) {
            case "icql" -> new TreeMap<>(Map.of("alpha", 1));
            case "omar" -> new TreeMap<>(Map.of("alpha", 1, "omar.coefficient", 0.5));
            default -> new TreeMap<>();
        };
    }

    private static Map<String, List<Double>> trained(
            String id, Map<String, ?> keys, UpdateStep step, String prefix) {
        try (Toy.Running running = Toy.start(Algorithms.find(id), 1, 100, keys)) {
            Toy.train(running, UPDATES, step);
            return Toy.values(running.learner(), prefix);
        }
    }

    private static void assertClose(
            Map<String, List<Double>> expected, Map<String, List<Double>> found, double error) {
        assertThat(found.keySet()).isEqualTo(expected.keySet()).isNotEmpty();
        expected.forEach(
                (name, values) ->
                        assertThat(found.get(name).stream().mapToDouble(x -> x).toArray())
                                .as(name)
                                .containsExactly(
                                        values.stream().mapToDouble(x -> x).toArray(),
                                        within(error)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"td3-bc", "icql", "omar", "implicit-q-learning", "awac", "maicq"})
    void aFullUpdateOfAllAgentsIsOneStepOfEachRole(String id) {
        try (Toy.Running running = Toy.start(Algorithms.find(id), 1, 3, keys(id))) {
            Toy.train(running, 2, Toy.FULL);
            Map<String, List<Double>> policies = Toy.values(running.learner(), "actor");
            Toy.train(running, 1, Toy.CRITIC);
            assertThat(Toy.values(running.learner(), "actor")).isEqualTo(policies);
            assertThat(running.ledger().spent(Role.CRITIC)).isEqualTo(3);
            assertThat(running.ledger().spent(Role.ACTOR)).isEqualTo(2);
            assertThat(running.learner().metrics()).containsKeys("criticLoss", "actorLoss");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"icql", "omar", "implicit-q-learning", "awac", "maicq"})
    void theEqualTrackIsTheRoundOfEverybody(String id) {
        Settings settings = new Settings(id, keys(id));
        Schedule round = Algorithms.find(id).configure(Toy.TASK, settings, Track.EQUAL).schedule();
        assertThat(round).isEqualTo(Schedule.fullThenCritic(5));
    }

    @Test
    void onThePapersTrackIndependentLearnersTakeTurns() {
        for (String id : List.of("icql", "omar")) {
            Settings settings = new Settings(id, keys(id));
            Schedule round =
                    Algorithms.find(id).configure(Toy.TASK, settings, Track.PAPER).schedule();
            assertThat(round.steps())
                    .containsExactly(
                            new UpdateStep(UpdateStep.Kind.FULL, 0, false),
                            new UpdateStep(UpdateStep.Kind.FULL, 1, false),
                            new UpdateStep(UpdateStep.Kind.FULL, 2, true));
        }
    }

    /** On the same batch, turns and an update of all agents at once are the same steps. */
    @ParameterizedTest
    @ValueSource(strings = {"icql", "omar"})
    void turnsOnOneBatchAreAnUpdateOfAllAgents(String id) {
        try (Toy.Running together = Toy.start(Algorithms.find(id), 1, 100, keys(id));
                Toy.Running turns = Toy.start(Algorithms.find(id), 1, 100, keys(id));
                PointerScope scope = new PointerScope()) {
            TransitionBatch batch = Toy.batch(new RandomStream(5));
            together.learner().update(batch, Toy.FULL);
            IntStream.range(0, Toy.AGENTS)
                    .mapToObj(agent -> new UpdateStep(UpdateStep.Kind.FULL, agent, false))
                    .forEach(step -> turns.learner().update(batch, step));
            assertThat(Toy.values(turns.learner(), ""))
                    .isEqualTo(Toy.values(together.learner(), ""));
            assertThat(turns.ledger().spent(Role.CRITIC)).isEqualTo(Toy.AGENTS);
        }
    }

    @Test
    void withoutItsSearchOmarIsIcql() {
        Map<String, List<Double>> icql = trained("icql", Map.of("alpha", 1), Toy.FULL, "");
        Map<String, Object> off = Map.of("alpha", 1, "omar.coefficient", 0);
        assertClose(icql, trained("omar", off, Toy.FULL, ""), 1e-12);
    }

    @Test
    void withoutItsPenaltyIcqlIsIndependentMatd3() {
        Map<String, Object> off = Map.of("alpha", 0);
        assertClose(
                trained("matd3", Map.of("critic", "independent"), Toy.FULL, ""),
                trained("icql", off, Toy.FULL, ""),
                1e-12);
    }

    /**
     * Central and independent critics are different code; with one agent, whose state is its
     * observation, they are the same algorithm.
     */
    @Test
    void withOneAgentIcqlIsConservativeQLearningWithACentralCritic() {
        TaskShape alone =
                new TaskShape(
                        "toy/alone",
                        "random",
                        1,
                        Toy.OBSERVATION,
                        Toy.OBSERVATION,
                        new ActionSpace.Box(Toy.ACTION, -1, 1),
                        25);
        Map<String, Object> keys = Map.of("alpha", 2, "form", "halfcheetah", "targetNoise", 0);
        Map<String, Object> logarithm = new TreeMap<>(keys);
        logarithm.put("lse.density", "logarithm");
        Map<String, List<Double>> independent = alone("icql", alone, logarithm);
        Map<String, List<Double>> central = alone("macql", alone, keys);
        assertThat(central.keySet()).contains("critic.q1.l1.weight");
        central.forEach(
                (name, values) -> {
                    String same = name.replaceFirst("critic\\.", "critic0.");
                    assertClose(Map.of("x", values), Map.of("x", independent.get(same)), 1e-10);
                });
    }

    private static Map<String, List<Double>> alone(
            String id, TaskShape task, Map<String, Object> keys) {
        Settings settings = new Settings(id, keys);
        try (PointerScope scope = new PointerScope();
                HarnessContext context = Toy.context(1, Probe.SILENT);
                Learner learner =
                        Algorithms.find(id)
                                .configure(task, settings, Track.EQUAL)
                                .create(context)) {
            RandomStream stream = new RandomStream(8);
            for (int update = 0; update < UPDATES; update++) {
                Tensor observations = Toy.uniform(stream, Toy.BATCH, 1, Toy.OBSERVATION);
                Tensor next = Toy.uniform(stream, Toy.BATCH, 1, Toy.OBSERVATION);
                TransitionBatch batch =
                        new TransitionBatch(
                                observations,
                                Toy.uniform(stream, Toy.BATCH, 1, Toy.ACTION),
                                Toy.uniform(stream, Toy.BATCH, 1),
                                Toy.TENSORS.zeros(Toy.BATCH, 1),
                                next,
                                Toy.uniform(stream, Toy.BATCH, 1, Toy.ACTION),
                                observations.select(1, 0),
                                next.select(1, 0));
                learner.update(batch, Toy.FULL);
                learner.updateTargets();
            }
            return Toy.values(learner, "");
        }
    }

    /** Weights of one leave maximum likelihood, whatever the critics say. */
    @Test
    void withoutWeightsAllRegressionsAreCloning() {
        Map<String, List<Double>> implicit =
                trained("implicit-q-learning", Map.of("inverseTemperature", 0), Toy.FULL, "actor");
        assertThat(implicit).containsKey("actor0.log_std");
        assertClose(implicit, trained("awac", Map.of("temperature", 1e9), Toy.FULL, "actor"), 1e-7);
        Map<String, Object> flat = Map.of("policyTemperature", 1e12, "weightDecay", 0);
        assertClose(implicit, trained("maicq", flat, Toy.FULL, "actor"), 1e-7);
    }

    @Test
    void expectileLossWeighsTheSidesByTheExpectile() {
        try (PointerScope scope = new PointerScope()) {
            Tensor differences = Toy.TENSORS.of(new double[] {-2, 3}, 2);
            double[] high = TensorFactory.toDoubles(new ExpectileLoss(0.9).of(differences));
            assertThat(high).containsExactly(new double[] {0.1 * 4, 0.9 * 9}, within(1e-15));
            double[] middle = TensorFactory.toDoubles(new ExpectileLoss(0.5).of(differences));
            assertThat(middle).containsExactly(2, 4.5);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "icql, tdLoss",
        "omar, tdLoss",
        "implicit-q-learning, criticLoss",
        "awac, criticLoss",
        "maicq, criticLoss"
    })
    void rewardsThatAreNoNumbersAreANumericFault(String id, String metric) {
        try (PointerScope scope = new PointerScope();
                Toy.Running running = Toy.start(Algorithms.find(id), 1, 3, keys(id))) {
            TransitionBatch batch = Toy.batch(new RandomStream(3));
            batch.rewards().fill_(new Scalar(Double.NaN));
            assertThatThrownBy(() -> running.learner().update(batch, Toy.FULL))
                    .isInstanceOf(NumericFault.class)
                    .hasMessageContaining("expected a finite " + metric + " of " + id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"icql", "omar", "implicit-q-learning", "awac", "maicq"})
    void actionsOutsideTheUnitBoxAreRefused(String id) {
        TaskShape wide =
                new TaskShape("toy/wide", "random", 1, 2, 2, new ActionSpace.Box(1, -2, 2), 25);
        Algorithm algorithm = Algorithms.find(id);
        assertThatThrownBy(() -> algorithm.configure(wide, new Settings(id, keys(id)), Track.EQUAL))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(id + " needs actions that are vectors in [-1, 1]");
    }

    @ParameterizedTest
    @CsvSource({
        "omar, omar.coefficient, 1.5, a number from 0.0 to 1.0",
        "omar, search.mode, cem, 'one of softmax, elites'",
        "icql, lse.density, log, 'one of density, logarithm, none'",
        "implicit-q-learning, expectile, 2, a number from 0.0 to 1.0",
        "awac, actor.mean, sine, 'one of tanh, linear'",
        "maicq, targetAlpha, 0, a number from 1.0E-9",
        "td3-bc, critic, both, 'one of central, independent'"
    })
    void valuesOutOfRangeAreRefused(String id, String key, String value, String expected) {
        Map<String, Object> keys = keys(id);
        keys.put(key, value.matches("[0-9.]+") ? (Object) Double.valueOf(value) : value);
        assertThatThrownBy(() -> Toy.start(Algorithms.find(id), 1, 1, keys))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(id + "." + key)
                .hasMessageContaining(expected);
    }

    /** The tables of spec 3.5: task, kind of data, c, alpha. */
    @ParameterizedTest
    @CsvSource({
        "mpe/simple_spread, random, 1.0, 0.5",
        "mpe/simple_spread, medium, 1.0, 5.0",
        "mpe/simple_tag, medium, 0.7, 5.0",
        "mpe/simple_tag, medium-replay, 0.9, 0.5",
        "mpe/simple_world, medium, 0.1, 0.5",
        "mpe/simple_world, medium-replay, 0.7, 1.0",
        "mamujoco/halfcheetah-2x3, expert, 0.5, 5.0",
        "mamujoco/halfcheetah-2x3, random, 1.0, 1.0"
    })
    void publishedValuesAreThoseOfOmar(
            String environment, String kind, double coefficient, double alpha) {
        TaskShape task =
                new TaskShape(environment, kind, 3, 5, 15, new ActionSpace.Box(2, -1, 1), 25);
        Settings settings = new Settings("omar", Map.of());
        IndependentPublished published = new IndependentPublished(task);
        assertThat(published.coefficient(settings)).isEqualTo(coefficient);
        assertThat(published.critics(settings).penalty().orElseThrow().alpha()).isEqualTo(alpha);
        assertThat(published.critics(settings).common().learningRate())
                .isEqualTo(environment.startsWith("mpe") ? 0.01 : 3e-4);
    }
}
