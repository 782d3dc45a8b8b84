package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.error.NumericFault;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Track;
import org.cfcql.parts.ExpectileLoss;
import org.cfcql.tensor.TensorFactory;
import org.cfcql.testkit.Recorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscreteBaselinesTest {
    private static Map<String, double[]> update(String id, Map<String, ?> keys, int updates) {
        Recorder recorder = new Recorder();
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running =
                        DiscreteToy.start(Algorithms.find(id), keys, Track.EQUAL, recorder)) {
            running.train(updates);
        }
        return recorder.heard();
    }

    private static Map<String, Object> with(String key, Object value, String other, Object second) {
        Map<String, Object> keys = new TreeMap<>(Map.of(key, value));
        keys.put(other, second);
        return keys;
    }

    @ParameterizedTest
    @CsvSource({
        "implicit-q-learning, twinHeads, separate",
        "awac, twinHeads, shared",
        "omar, omarD.mode, code",
        "omar, omarD.mode, masked",
        "omar, innerTimeLoop, code",
        "maicq, innerTimeLoop, code",
        "maicq, innerTimeLoop, single",
        "madtkd, madtkd.mode, code",
        "madtkd, madtkd.mode, faithful"
    })
    void packedSequencesGiveTheSameLossesAndGradientsAsPaddedOnes(
            String id, String key, String value) {
        Map<String, double[]> packed = update(id, with(key, value, "sequences", "packed"), 2);
        Map<String, double[]> padded = update(id, with(key, value, "sequences", "padded"), 2);
        assertThat(packed.keySet()).isEqualTo(padded.keySet());
        padded.forEach(
                (name, expected) -> {
                    // Values per slot are computed on padding by the one and not by the other.
                    if (name.contains("/") || name.endsWith("loss") || expected.length == 1) {
                        assertThat(packed.get(name))
                                .as(name)
                                .containsExactly(expected, within(1e-10));
                    }
                });
        assertThat(packed.keySet()).anyMatch(name -> name.contains("/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"omar", "maicq"})
    void theLoopOverTimeIsChargedStepByStep(String id) {
        assertThat(critics(id, "code", Track.PAPER)).isEqualTo(2L * DiscreteToy.LIMIT);
        assertThat(critics(id, "single", Track.PAPER)).isEqualTo(2);
    }

    private static long critics(String id, String loop, Track track) {
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running =
                        DiscreteToy.start(
                                Algorithms.find(id),
                                Map.of("innerTimeLoop", loop),
                                track,
                                Probe.SILENT)) {
            running.train(2);
            assertThat(running.ledger().spent(Role.ACTOR)).isEqualTo(2);
            assertThat(running.schedule().criticSteps())
                    .as("declared")
                    .isEqualTo(loop.equals("code") ? DiscreteToy.LIMIT : 1);
            return running.ledger().spent(Role.CRITIC);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "omar, EQUAL, single",
        "omar, PAPER, code",
        "maicq, EQUAL, single",
        "maicq, PAPER, code"
    })
    void theTrackChoosesTheLoopWhereTheExperimentDoesNot(String id, Track track, String expected) {
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running =
                        DiscreteToy.start(Algorithms.find(id), Map.of(), track, Probe.SILENT)) {
            assertThat(running.keys()).containsEntry("innerTimeLoop", expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"implicit-q-learning", "awac"})
    void valuesAndPolicyTakeOneStepEachPerBatch(String id) {
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running =
                        DiscreteToy.start(
                                Algorithms.find(id), Map.of(), Track.EQUAL, Probe.SILENT)) {
            running.train(3);
            assertThat(running.ledger().spent(Role.CRITIC)).isEqualTo(3);
            assertThat(running.ledger().spent(Role.ACTOR)).isEqualTo(3);
            assertThat(running.ledger().spent(Role.AUXILIARY)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"implicit-q-learning", "awac"})
    void withEqualWeightsThePolicyClonesTheData(String id) {
        Map<String, double[]> cloned = update("bc", Map.of(), 1);
        Map<String, double[]> weighted = update(id, Map.of("inverseTemperature", 0), 1);
        assertThat(weighted.get("policy_loss")).containsExactly(cloned.get("loss"), within(1e-12));
        assertThat(weighted.get("agent/rnn.weight_hh"))
                .containsExactly(cloned.get("agent/rnn.weight_hh"), within(1e-12));
    }

    @Test
    void expectileOfOneHalfIsHalfTheSquaredError() {
        try (PointerScope scope = new PointerScope()) {
            Tensor differences = DiscreteToy.TENSORS.of(new double[] {-2, -0.5, 0, 1, 3}, 5);
            assertThat(TensorFactory.toDoubles(new ExpectileLoss(0.5).of(differences)))
                    .containsExactly(2, 0.125, 0, 0.5, 4.5);
            assertThat(TensorFactory.toDoubles(new ExpectileLoss(0.9).of(differences)))
                    .containsExactly(new double[] {0.4, 0.025, 0, 0.9, 8.1}, within(1e-12));
        }
    }

    @Test
    void maskedImitationNeverNamesAnUnavailableAction() {
        assertThat(unavailable("masked")).isZero();
        assertThat(unavailable("cem")).isZero();
        assertThat(unavailable("code")).as("the published arg-max").isPositive();
    }

    /** How many imitated actions of the last batch were unavailable. */
    private static int unavailable(String mode) {
        Map<String, double[]> heard = update("omar", Map.of("omarD.mode", mode), 1);
        double[] greedy = heard.get("greedy");
        double[] mask = heard.get("mask");
        int count = 0;
        try (PointerScope scope = new PointerScope()) {
            double[] available =
                    TensorFactory.toDoubles(
                            DiscreteToy.batch(0)
                                    .availableActions()
                                    .narrow(1, 0, DiscreteToy.LIMIT)
                                    .contiguous());
            for (int entry = 0; entry < greedy.length; entry++) {
                int place = entry * DiscreteToy.ACTIONS + (int) greedy[entry];
                count += mask[entry / DiscreteToy.AGENTS] > 0 && available[place] == 0 ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void batchSoftmaxesOfMaicqHaveMeanOneOverTheBatch() {
        // Without temperature all episodes weigh the same, the padded ones among them.
        Map<String, double[]> heard =
                update("maicq", Map.of("policyTemperature", 1e9, "targetTemperature", 1e9), 1);
        double[] mask = heard.get("mask");
        double[] weights = heard.get("weight");
        for (int entry = 0; entry < weights.length; entry++) {
            if (mask[entry / DiscreteToy.AGENTS] > 0) {
                assertThat(weights[entry]).isEqualTo(1, within(1e-6));
            }
        }
        double[] credit = heard.get("credit");
        for (int step = 0; step < mask.length; step++) {
            if (mask[step] > 0) {
                double sum = 0;
                for (int agent = 0; agent < DiscreteToy.AGENTS; agent++) {
                    sum += credit[step * DiscreteToy.AGENTS + agent];
                }
                assertThat(sum).as("shares of the agents").isEqualTo(1, within(1e-12));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"implicit-q-learning", "awac", "omar", "maicq"})
    void rewardsThatAreNoNumbersAreANumericFault(String id) {
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running =
                        DiscreteToy.start(
                                Algorithms.find(id), Map.of(), Track.EQUAL, Probe.SILENT)) {
            EpisodeBatch batch = DiscreteToy.batch(0);
            batch.rewards().fill_(new Scalar(Double.NaN));
            Arrays.fill(batch.hostRewards(), Double.NaN);
            assertThatThrownBy(() -> running.learner().update(batch, DiscreteToy.FULL))
                    .isInstanceOf(NumericFault.class)
                    .hasMessageContaining(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"implicit-q-learning", "awac", "omar", "maicq", "madtkd"})
    void equalSeedsGiveEqualParameters(String id) {
        assertThat(trained(id)).usingRecursiveComparison().isEqualTo(trained(id));
    }

    private static Map<String, double[]> trained(String id) {
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running =
                        DiscreteToy.start(
                                Algorithms.find(id), Map.of(), Track.PAPER, Probe.SILENT)) {
            running.train(3);
            return DiscreteToy.parameters(running.learner());
        }
    }
}
