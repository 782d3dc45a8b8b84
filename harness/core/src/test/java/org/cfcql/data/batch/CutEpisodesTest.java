package org.cfcql.data.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DatasetField;
import org.cfcql.data.DatasetMix;
import org.cfcql.data.DiscreteFixtures;
import org.cfcql.data.Fixtures;
import org.cfcql.data.check.DatasetInspection;
import org.cfcql.data.check.DatasetVerifier;
import org.cfcql.data.check.Problem;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cuts of which more is known than that they were made. */
class CutEpisodesTest {
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
    private static final int HEADER = 128;
    private static final int SUCCESSOR_UNKNOWN = 3;
    private static final int DATA_ENDED = 5;

    @TempDir Path folder;

    @Test
    void aTransitionWithoutASuccessorIsNeverDrawn() throws IOException {
        Fixtures.write(folder.resolve("data"), 25, 3, 25);
        mark("data", 24, SUCCESSOR_UNKNOWN);
        mark("data", 54, SUCCESSOR_UNKNOWN);
        assertThat(drawn(51)).hasSize(51).doesNotContain(24.0, 52.0).contains(23.0, 25.0, 51.0);
    }

    @Test
    void whereLearnersDoNotBootstrapNothingIsLeftOut() throws IOException {
        Fixtures.write(
                folder.resolve("data"), Fixtures.task(TimeoutKind.TERMINAL, true), 25, 3, 25);
        mark("data", 24, SUCCESSOR_UNKNOWN);
        assertThat(drawn(53)).hasSize(53);
    }

    /** First rewards of the transitions in a batch, which are their numbers. */
    private TreeSet<Double> drawn(int batch) {
        TreeSet<Double> numbers = new TreeSet<>();
        try (PointerScope scope = new PointerScope();
                TransitionSampler sampler =
                        new TransitionSampler(open("data"), batch, new RandomStream(1), TENSORS)) {
            double[] rewards = TensorFactory.toDoubles(sampler.next().rewards());
            for (int item = 0; item < batch; item++) {
                numbers.add(Math.floor(rewards[3 * item]));
            }
        }
        return numbers;
    }

    @Test
    void anEpisodeWithoutASuccessorEndsOneStepEarlier() throws IOException {
        DiscreteFixtures.write(
                folder.resolve("data"),
                DiscreteFixtures.task("smac/x", TimeoutKind.TRUNCATION, true),
                9,
                4);
        mark("data", 8, SUCCESSOR_UNKNOWN);
        try (PointerScope scope = new PointerScope()) {
            EpisodeBatch batch =
                    new EpisodeSampler(
                                    open("data"),
                                    EpisodeSubset.ALL,
                                    2,
                                    new RandomStream(1),
                                    TENSORS)
                            .next();
            assertThat(batch.slots()).isEqualTo(9);
            double[] rewards = TensorFactory.toDoubles(batch.rewards());
            int cut = rewards[0] == 0 ? 0 : 9;
            double[] filled = TensorFactory.toDoubles(batch.filled());
            double[] ends = TensorFactory.toDoubles(batch.terminated());
            for (int slot = 0; slot < 9; slot++) {
                assertThat(filled[cut + slot]).isEqualTo(1);
                assertThat(ends[cut + slot]).isZero();
                assertThat(rewards[cut + slot]).isEqualTo(slot < 8 ? slot : 0);
            }
        }
    }

    @Test
    void anEpisodeOfASingleStepWithoutASuccessorIsNotDrawn() throws IOException {
        DiscreteFixtures.write(
                folder.resolve("data"),
                DiscreteFixtures.task("smac/x", TimeoutKind.TRUNCATION, true),
                1,
                4);
        poke("data", "terminated.npy", 0, 0);
        mark("data", 0, SUCCESSOR_UNKNOWN);
        try (PointerScope scope = new PointerScope()) {
            EpisodeBatch batch =
                    new EpisodeSampler(
                                    open("data"),
                                    EpisodeSubset.ALL,
                                    1,
                                    new RandomStream(1),
                                    TENSORS)
                            .next();
            assertThat(batch.slots()).isEqualTo(5);
        }
    }

    @Test
    void whereNothingIsAvailableAtTheEndAllIs() throws IOException {
        DiscreteFixtures.write(
                folder.resolve("data"),
                DiscreteFixtures.task("smac/x", TimeoutKind.TRUNCATION, true),
                2);
        int actions = DiscreteFixtures.ACTIONS;
        for (int action = 0; action < actions; action++) {
            poke(
                    "data",
                    "available_actions.npy",
                    (2 * DiscreteFixtures.AGENTS + 1) * actions + action,
                    0);
        }
        assertThat(DatasetVerifier.verify(folder.resolve("data"), true))
                .extracting(Problem::toString)
                .contains(
                        "available_actions.npy row 2: expected an available action for every agent,"
                                + " found none for agent 1");
        try (PointerScope scope = new PointerScope()) {
            EpisodeBatch batch =
                    new EpisodeSampler(
                                    open("data"),
                                    EpisodeSubset.ALL,
                                    1,
                                    new RandomStream(1),
                                    TENSORS)
                            .next();
            double[] available =
                    TensorFactory.toDoubles(batch.availableActions().to(ScalarType.Float));
            int at = (2 * DiscreteFixtures.AGENTS + 1) * actions;
            for (int action = 0; action < actions; action++) {
                assertThat(available[at + action]).isEqualTo(1);
            }
            // The others keep what was stored: one action of each is not available.
            assertThat(available[at - actions + 3]).isZero();
        }
    }

    @Test
    void anEpisodeThatTheDataCutSaysNothingOfReturns() throws IOException {
        Fixtures.write(folder.resolve("data"), 3, 4, 25);
        double[] returns = DatasetInspection.returns(open("data"));
        mark("data", 33, DATA_ENDED);
        double mean = (returns[0] + returns[1]) / 2;
        assertThat(DatasetInspection.of(open("data"))).containsEntry("mean_return", mean);
        assertThat(DatasetVerifier.verify(folder.resolve("data"), false))
                .extracting(Problem::toString)
                .anyMatch(line -> line.contains("mean return") && line.endsWith("found " + mean));
    }

    @Test
    void aMarkThatIsNoneIsFound() throws IOException {
        Fixtures.write(folder.resolve("data"), 25, 3);
        mark("data", 24, 2);
        assertThat(DatasetVerifier.verify(folder.resolve("data"), false))
                .extracting(Problem::toString)
                .contains("truncated.npy row 24: expected 0 or 1, found 2");
    }

    @Test
    void aMixKeepsWhatIsKnownOfCuts() throws IOException {
        Fixtures.write(folder.resolve("data"), 25, 3);
        mark("data", 24, SUCCESSOR_UNKNOWN);
        Dataset data = open("data");
        DatasetCard card =
                new DatasetMix(data, data).write(folder.resolve("mix"), 4, 0, Fixtures.made());
        assertThat(card.schema()).isEqualTo(2);
        assertThat(open("mix").file(DatasetField.TRUNCATED).byteAt(24)).isEqualTo((byte) 3);
        assertThat(DatasetVerifier.verify(folder.resolve("mix"), true)).isEmpty();
    }

    private Dataset open(String name) {
        return Dataset.open(folder.resolve(name));
    }

    private void mark(String name, int row, int value) throws IOException {
        poke(name, "truncated.npy", row, value);
    }

    private void poke(String name, String file, int at, int value) throws IOException {
        try (RandomAccessFile opened =
                new RandomAccessFile(folder.resolve(name).resolve(file).toFile(), "rw")) {
            opened.seek(HEADER + at);
            opened.write(value);
        }
    }
}
