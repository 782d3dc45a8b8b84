package org.cfcql.baselines.madtkd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.baselines.DiscreteToy;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.learn.Branch;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Track;
import org.cfcql.nn.TimeSlots;
import org.cfcql.parts.discrete.EpisodeRows;
import org.cfcql.tensor.TensorFactory;
import org.cfcql.testkit.Recorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the golden files cannot say of MADTKD: contexts, returns, causality, budget. */
class MadtkdTest {
    private static final int LONGEST = DiscreteToy.LIMIT - 1;
    private static final int AGENTS = DiscreteToy.AGENTS;
    private static final int SLOTS = DiscreteToy.LIMIT + 1;

    private static DiscreteToy.Running start(Map<String, ?> keys, Probe probe) {
        return DiscreteToy.start(new Madtkd(), keys, Track.EQUAL, probe);
    }

    private static Map<String, Object> faithful(int context, boolean returns) {
        Map<String, Object> keys = new HashMap<>(Map.of("madtkd.mode", "faithful"));
        keys.put("context", context);
        keys.put("layers", 2);
        keys.put("returnConditioned", returns);
        return keys;
    }

    @Test
    void itIsForNumberedActionsOnly() {
        assertThat(new Madtkd().capabilities().branches()).containsExactly(Branch.DISCRETE);
    }

    /** Probabilities {@code [episode, T, agent, action]} of a student with random embeddings. */
    private static double[] probabilities(Map<String, ?> keys, EpisodeBatch batch) {
        Recorder recorder = new Recorder();
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running = start(keys, recorder)) {
            wake(running);
            running.learner().update(batch, DiscreteToy.FULL);
            return recorder.heard().get("probability");
        }
    }

    /** Moves the parameters away from their small beginnings, so that everything shows. */
    private static void wake(DiscreteToy.Running running) {
        running.learner()
                .networks()
                .forEach(
                        network ->
                                network.tensors()
                                        .forEach((name, tensor) -> wake(name.length(), tensor)));
    }

    private static void wake(int phase, Tensor tensor) {
        double[] values = TensorFactory.toDoubles(tensor);
        // Small enough that no attention settles on a single token.
        Arrays.setAll(values, index -> values[index] + 0.1 * Math.sin(1.3 * index + phase));
        tensor.copy_(DiscreteToy.TENSORS.of(values, tensor.shape()));
    }

    /** An episode that runs to the limit less one, changed in one slot. */
    private static EpisodeBatch changed(int time, boolean observation, boolean action) {
        EpisodeBatch batch = DiscreteToy.batch(5);
        if (observation) {
            batch.observations().select(0, LONGEST - 1).select(0, time).add_(new Scalar(0.7));
        }
        if (action) {
            Tensor actions = batch.actions().select(0, LONGEST - 1).select(0, time);
            actions.copy_(actions.add(new Scalar(1L)).remainder(new Scalar(5L)));
        }
        return batch;
    }

    /** Times of the longest finished episode at which a probability differs. */
    private static List<Integer> differing(Map<String, ?> keys, EpisodeBatch changed) {
        double[] before = probabilities(keys, DiscreteToy.batch(5));
        double[] after = probabilities(keys, changed);
        int perSlot = AGENTS * DiscreteToy.ACTIONS;
        int start = (LONGEST - 1) * DiscreteToy.LIMIT * perSlot;
        return IntStream.range(0, LONGEST)
                .filter(
                        time ->
                                !Arrays.equals(
                                        before,
                                        start + time * perSlot,
                                        start + (time + 1) * perSlot,
                                        after,
                                        start + time * perSlot,
                                        start + (time + 1) * perSlot))
                .boxed()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStepSeesItsContextAndNothingLater(boolean returns) {
        try (PointerScope scope = new PointerScope()) {
            Map<String, Object> keys = faithful(3, returns);
            assertThat(differing(keys, changed(1, true, false))).containsExactly(1, 2, 3);
            assertThat(differing(keys, changed(3, true, false))).containsExactly(3, 4);
            assertThat(differing(Map.of(), changed(1, true, false)))
                    .as("the published context of one")
                    .containsExactly(1);
        }
    }

    @Test
    void aStepSeesEarlierActionsButNotItsOwn() {
        try (PointerScope scope = new PointerScope()) {
            EpisodeBatch other = changed(1, false, true);
            // The action of the data must stay available, or the mask would change.
            EpisodeBatch plain = DiscreteToy.batch(5);
            plain.availableActions().fill_(new Scalar(1L));
            other.availableActions().fill_(new Scalar(1L));
            double[] before = probabilities(faithful(3, true), plain);
            double[] after = probabilities(faithful(3, true), other);
            int perSlot = AGENTS * DiscreteToy.ACTIONS;
            int start = (LONGEST - 1) * DiscreteToy.LIMIT * perSlot;
            List<Integer> differing =
                    IntStream.range(0, LONGEST)
                            .filter(
                                    time ->
                                            before[start + time * perSlot]
                                                    != after[start + time * perSlot])
                            .boxed()
                            .toList();
            assertThat(differing).containsExactly(2, 3);
        }
    }

    @Test
    void theTeachersTokenSeesAgentsUpToItsOwn() {
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running = start(Map.of(), Probe.SILENT)) {
            LearnerContext context = running.context();
            Teacher.Hyperparameters keys =
                    new Teacher.Hyperparameters(
                            TimeSlots.Layout.PACKED, new TokenTransformer.Shape(8, 2, 2), 0.001, 0);
            try (TokenTransformer network =
                    new TokenTransformer(
                            "probe", keys.shape(), 2 * AGENTS + 2, DiscreteToy.TASK, context)) {
                EpisodeBatch batch = DiscreteToy.batch(5);
                Tensor before = read(network, batch);
                batch.observations().select(2, 1).add_(new Scalar(0.5));
                Tensor change =
                        read(network, batch).sub(before).abs().amax(new long[] {0, 2}, false);
                double[] byAgent = TensorFactory.toDoubles(change);
                assertThat(byAgent[0]).isZero();
                assertThat(byAgent[1]).isPositive();
                assertThat(byAgent[2]).isPositive();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aTokenIsReadAsIfNothingFollowedIt(int heads) {
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running = start(Map.of(), Probe.SILENT);
                TokenTransformer network =
                        new TokenTransformer(
                                "probe",
                                new TokenTransformer.Shape(8, 2, heads),
                                4,
                                DiscreteToy.TASK,
                                running.context())) {
            network.named().tensors().forEach((name, tensor) -> wake(name.length(), tensor));
            double[] values = new double[3 * 4 * 8];
            Arrays.setAll(values, index -> Math.sin(0.7 * index * index));
            Tensor tokens = DiscreteToy.TENSORS.of(values, 3, 4, 8);
            Tensor all = network.frozenPass().read(tokens);
            long[] wanted = {0, 3, 2};
            Tensor picked =
                    network.frozenPass().read(tokens, DiscreteToy.TENSORS.ofIntegers(wanted, 3));
            for (int sequence = 0; sequence < wanted.length; sequence++) {
                Tensor cut = tokens.narrow(0, sequence, 1).narrow(1, 0, wanted[sequence] + 1);
                double[] expected =
                        TensorFactory.toDoubles(
                                network.frozenPass().read(cut).select(1, wanted[sequence]));
                Tensor causal = all.select(0, sequence).select(0, wanted[sequence]);
                assertThat(TensorFactory.toDoubles(causal))
                        .containsExactly(expected, within(1e-12));
                assertThat(TensorFactory.toDoubles(picked.select(0, sequence)))
                        .containsExactly(expected, within(1e-12));
            }
        }
    }

    @Test
    void theQueryOfATokenAloneHasAZeroGradientAndDecays() {
        Recorder recorder = new Recorder();
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running = start(Map.of(), recorder)) {
            Map<String, double[]> before = DiscreteToy.parameters(running.learner());
            running.train(1);
            Map<String, double[]> after = DiscreteToy.parameters(running.learner());
            for (String layer : List.of("query", "key")) {
                String name = "student/blocks.0.attn." + layer + ".weight";
                double[] expected = before.get(name).clone();
                Arrays.setAll(expected, index -> expected[index] * (1 - 0.0005 * 0.1));
                assertThat(after.get(name)).containsExactly(expected, within(1e-12));
                assertThat(recorder.heard().get(name)).containsOnly(0);
            }
        }
    }

    private static Tensor read(TokenTransformer network, EpisodeBatch batch) {
        EpisodeRows rows =
                new EpisodeRows(
                        batch, TimeSlots.Layout.PACKED, DiscreteToy.ACTIONS, DiscreteToy.TENSORS);
        TokenTransformer.Pass pass = network.frozenPass();
        return pass.read(pass.observations(rows.steps(rows.observations())));
    }

    @ParameterizedTest
    @CsvSource({"1, false", "3, false", "3, true", "20, true"})
    void playDecidesAsTrainingReads(int context, boolean returns) {
        Map<String, Object> keys = faithful(context, returns);
        EpisodeBatch batch = DiscreteToy.batch(5);
        batch.availableActions().fill_(new Scalar(1L));
        double[] rewards = TensorFactory.toDoubles(batch.rewards().select(0, LONGEST - 1));
        if (returns) {
            keys.put("returnTarget", Arrays.stream(rewards).limit(LONGEST).sum());
        }
        Recorder recorder = new Recorder();
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running = start(keys, recorder)) {
            wake(running);
            // Decisions before the update, in the second of three environments.
            double[][] played = new double[LONGEST][];
            double[] actions = TensorFactory.toDoubles(batch.actions().select(0, LONGEST - 1));
            float[] seen = TensorFactory.toFloats(batch.observations().select(0, LONGEST - 1));
            try (Policy.Session session = running.learner().policy().open(3)) {
                warmUp(session);
                session.reset(1);
                for (int time = 0; time < LONGEST; time++) {
                    played[time] = act(session, seen, time);
                    session.acted(middle(actions, time));
                    session.rewarded(new float[] {9, (float) rewards[time], 9});
                }
            }
            running.learner().update(batch, DiscreteToy.FULL);
            Tensor probability =
                    DiscreteToy.TENSORS.of(
                            recorder.heard().get("probability"),
                            DiscreteToy.BATCH,
                            DiscreteToy.LIMIT,
                            AGENTS,
                            DiscreteToy.ACTIONS);
            double[] expected =
                    TensorFactory.toDoubles(
                            probability.select(0, LONGEST - 1).argmax(new LongOptional(2), false));
            for (int time = 0; time < LONGEST; time++) {
                assertThat(played[time])
                        .as("step %d", time)
                        .containsExactly(
                                Arrays.copyOfRange(expected, time * AGENTS, (time + 1) * AGENTS));
            }
        }
    }

    /** Another episode in all environments, so that forgetting shows. */
    private static void warmUp(Policy.Session session) {
        float[] seen = new float[3 * AGENTS * DiscreteToy.OBSERVATION];
        Arrays.fill(seen, 0.3f);
        for (int step = 0; step < 4; step++) {
            session.act(new Observations(3, seen, new float[0], new byte[0]));
            session.rewarded(new float[] {1, 2, 3});
        }
    }

    private static double[] act(Policy.Session session, float[] episode, int time) {
        int width = AGENTS * DiscreteToy.OBSERVATION;
        float[] seen = new float[3 * width];
        System.arraycopy(episode, time * width, seen, width, width);
        Actions actions = session.act(new Observations(3, seen, new float[0], new byte[0]));
        int[] values = ((Actions.Discrete) actions).values();
        return Arrays.stream(values, AGENTS, 2 * AGENTS).asDoubleStream().toArray();
    }

    private static Actions middle(double[] actions, int time) {
        int[] values = new int[3 * AGENTS];
        for (int agent = 0; agent < AGENTS; agent++) {
            values[AGENTS + agent] = (int) actions[time * AGENTS + agent];
        }
        return new Actions.Discrete(values);
    }

    @Test
    void returnsToGoAreUndiscountedSumsUpToTheEnd() {
        try (PointerScope scope = new PointerScope()) {
            EpisodeBatch batch = DiscreteToy.batch(5);
            EpisodeRows rows =
                    new EpisodeRows(
                            batch,
                            TimeSlots.Layout.PACKED,
                            DiscreteToy.ACTIONS,
                            DiscreteToy.TENSORS);
            StepWindows windows = StepWindows.of(rows, batch, 1, DiscreteToy.TENSORS);
            double[] returns = TensorFactory.toDoubles(windows.returns());
            double[] rewards = TensorFactory.toDoubles(batch.rewards());
            long[] positions = rows.slots().stepPositions();
            for (int step = 0; step < returns.length; step++) {
                int episode = (int) positions[step] / SLOTS;
                int time = (int) positions[step] % SLOTS;
                double sum = 0;
                for (int later = time; later < rows.slots().length(episode); later++) {
                    sum += rewards[episode * SLOTS + later];
                }
                assertThat(returns[step]).isEqualTo(sum, within(1e-12));
            }
        }
    }

    @Test
    void pretrainingMovesTheTeacherAloneAndIsAuxiliary() {
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running = start(Map.of(), Probe.SILENT)) {
            Map<String, double[]> before = DiscreteToy.parameters(running.learner());
            running.learner().pretrain(MadtkdTeacher.ID, DiscreteToy.batch(1));
            Map<String, Double> numbers = running.learner().pretrainingMetrics(MadtkdTeacher.ID);
            List<String> moved =
                    DiscreteToy.moved(before, DiscreteToy.parameters(running.learner()));
            assertThat(moved)
                    .allMatch(name -> name.startsWith("teacher/"))
                    .contains("teacher/head.weight")
                    .doesNotContain("teacher/mapping_net.0.weight", "teacher/tok_emb.weight");
            assertThat(running.ledger().spent(Role.AUXILIARY)).isEqualTo(1);
            assertThat(running.ledger().spent(Role.ACTOR)).isZero();
            assertThat(numbers).containsKey("teacherLoss");
            assertThat(running.learner().metrics())
                    .as("a resumed run knows nothing of the teacher's loss")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"code, 1 2 3", "faithful, 4 8"})
    void refreshesMoveTheTeachersFeatureHeadAlone(String mode, String expected) {
        List<Integer> refreshed = new ArrayList<>();
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running = start(Map.of("madtkd.mode", mode), Probe.SILENT)) {
            for (int round = 1; round <= 9; round++) {
                Map<String, double[]> before = DiscreteToy.parameters(running.learner());
                running.train(1);
                List<String> moved =
                        DiscreteToy.moved(before, DiscreteToy.parameters(running.learner()))
                                .stream()
                                .filter(name -> name.startsWith("teacher/"))
                                .toList();
                assertThat(moved).allMatch(name -> name.startsWith("teacher/mapping_net"));
                assertThat(running.learner().metrics().containsKey("refreshLoss"))
                        .as("a loss of round " + round)
                        .isEqualTo(!moved.isEmpty());
                if (!moved.isEmpty()) {
                    refreshed.add(round);
                }
            }
            assertThat(refreshed)
                    .containsExactlyElementsOf(
                            Arrays.stream(expected.split(" ")).map(Integer::valueOf).toList());
            assertThat(running.schedule().refreshes().in(9))
                    .as("granted")
                    .isEqualTo(running.ledger().spent(Role.AUXILIARY))
                    .isEqualTo(refreshed.size());
        }
    }
}
