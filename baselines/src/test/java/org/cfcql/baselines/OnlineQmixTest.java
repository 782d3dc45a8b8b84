package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.collect.Collector;
import org.cfcql.collect.Exploration;
import org.cfcql.collect.Goal;
import org.cfcql.collect.PolicyBehaviour;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.Provenance;
import org.cfcql.data.TaskCard;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithms;
import org.cfcql.run.RunEstimate;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.ExperimentReader;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.model.PolicyFile;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.storage.WritePoints;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.cfcql.testkit.ScriptedEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnlineQmixTest {
    private static final int BATCH = 16;
    private static final int EVERY = 20;
    private static final OnlineCells ONLINE =
            new OnlineCells(
                    request -> MeetingGame.environment(request.id(), request.environments()));
    private static final String TEXT =
            """
            name: meeting
            environments: [smax/2s3z]
            algorithms:
              qmix:
                hidden: 16
                mixer: {embedding: 8, hypernet: 8}
                lr: 0.01
                target.interval: 10
                online: {episodes: 8, episodesPerRound: 4, epsilonSteps: 500, capacity: 100}
            seeds: [3]
            track: paper
            budget: {gradientSteps: %d, batch: 16}
            evaluation: {every: %d, episodes: 20, finalEpisodes: 40}
            """;

    @TempDir private Path folder;

    @Test
    void learnsAndChoosesMediumByTheFinalWinRate() throws IOException {
        Cell cell = ONLINE.cell(TEXT.formatted(200, EVERY));
        CellFolder done = ONLINE.run(cell, folder.resolve("run"), WritePoints.SILENT);
        double expert = number(OnlineCells.policy(done, "expert"), "checkpointScore");
        assertThat(expert).as("final win rate").isGreaterThan(0.8);
        JsonNode selection =
                Storage.JSON.readTree(done.path().resolve("policies/selection.json").toFile());
        int medium = selection.path("medium").asInt(-1);
        assertThat(medium % EVERY).isZero();
        for (JsonNode weighed : selection.path("weighed")) {
            boolean chosen = weighed.path("round").asInt() == medium;
            assertThat(weighed.path("score").asDouble() >= expert / 2).isEqualTo(chosen);
        }
        SortedMap<String, String> kept = OnlineCells.policy(done, "medium").metadata();
        assertThat(kept).containsEntry("checkpointRound", String.valueOf(medium));
        Dataset replay = Dataset.open(done.path().resolve("medium-replay"));
        int played = Integer.parseInt(kept.get("checkpointPlayedEpisodes"));
        assertThat(replay.episodes()).isEqualTo(Math.min(100, played));
        assertThat(replay.card().made().notes())
                .containsEntry("checkpointRound", String.valueOf(medium));
    }

    @Test
    void playsTheEpisodesOfTheScheduleWithLessAndLessChance() throws IOException {
        CellFolder done =
                ONLINE.run(ONLINE.cell(TEXT.formatted(30, 30)), folder, WritePoints.SILENT);
        double last = 1;
        for (String line : Files.readAllLines(done.metrics())) {
            JsonNode metrics = Storage.JSON.readTree(line);
            double steps = metrics.path("environmentSteps").asDouble();
            int rounds = metrics.path("round").asInt();
            int episodes = 8 * ((BATCH + 4 * rounds + 7) / 8);
            assertThat(steps).isBetween(1.0 * episodes, (double) MeetingGame.STEPS * episodes);
            assertThat(metrics.path("epsilon").asDouble())
                    .isLessThanOrEqualTo(last)
                    .isCloseTo(Math.max(0.05, 1 - 0.95 * steps / 500), within(1e-12));
            last = metrics.path("epsilon").asDouble();
        }
        assertThat(last).isCloseTo(0.05, within(1e-12));
        String evaluation = Files.readAllLines(done.evaluations()).get(59);
        assertThat(Storage.JSON.readTree(evaluation).path("environmentSteps").asDouble())
                .isGreaterThan(BATCH + 4 * 29);
    }

    @Test
    void interruptionAnywhereLeavesTheSameBytes() throws IOException {
        Cell cell = ONLINE.cell(TEXT.formatted(6, 2).replace("lr: 0.01", "lr: 0.03"));
        ONLINE.requireSameBytesWhereverKilled(
                cell, folder, "replay.bin", "policies/expert.safetensors");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 70})
    void greedyDataDoNotDependOnTheNumberOfEnvironments(int environments) throws IOException {
        CellFolder done =
                ONLINE.run(ONLINE.cell(TEXT.formatted(20, 20)), folder, WritePoints.SILENT);
        String expected = collect(done, 32, "expected").hash();
        DatasetCard found = collect(done, environments, "found");
        assertThat(found.hash()).isEqualTo(expected);
        assertThat(found.episodes()).isEqualTo(100);
    }

    private DatasetCard collect(CellFolder done, int environments, String name) {
        TensorFactory tensors = new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
        ScriptedEnvironment environment = MeetingGame.environment("smax/2s3z", environments);
        TaskCard task = TaskCard.of(environment.spec(), Map.of());
        try (PolicyFile.Loaded loaded =
                        OnlineCells.policy(done, "expert").load(Algorithms::find, tensors);
                PolicyBehaviour behaviour =
                        new PolicyBehaviour(
                                loaded.policy(),
                                environment.spec(),
                                environments,
                                Exploration.NONE);
                DatasetWriter writer = DatasetWriter.create(folder.resolve(name), task)) {
            new Collector(environment, task, behaviour, 7, new Goal.Episodes(100), writer)
                    .collect(transitions -> {});
            return writer.finish(
                    "expert",
                    new Provenance("collect", "qmix", 0, "7", List.of(), "0", new TreeMap<>()));
        }
    }

    @Test
    void aResolvedExperimentPlansTheSameCells() throws IOException {
        Experiment experiment = ExperimentReader.parse(TEXT.formatted(6, 2), "meeting", List.of());
        String resolved = Storage.JSON.writeValueAsString(experiment.toMap());
        assertThat(ONLINE.cell(resolved)).isEqualTo(ONLINE.cell(TEXT.formatted(6, 2)));
    }

    @Test
    void theEstimateCountsTheReplayFile() {
        RunEstimate estimate = new RunEstimate(ONLINE.services());
        long few = estimate.of(ONLINE.cell(TEXT.formatted(100, 50))).bytes();
        long many = estimate.of(ONLINE.cell(TEXT.formatted(1100, 550))).bytes();
        // 1000 rounds more of 4 episodes of 120 steps of a row of 2.3 kB (2s3z).
        assertThat(many - few).isBetween(1_000_000_000L, 1_300_000_000L);
    }

    @Test
    void aBufferSmallerThanABatchIsRefused() {
        Cell cell = ONLINE.cell(TEXT.formatted(6, 2).replace("capacity: 100", "capacity: 15"));
        assertThatThrownBy(() -> ONLINE.run(cell, folder, WritePoints.SILENT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("online.capacity");
    }

    @Test
    void unknownKeyOfPlayIsRefusedBeforeAnythingRuns() {
        assertThatThrownBy(
                        () ->
                                ONLINE.cell(
                                        TEXT.formatted(6, 2)
                                                .replace("epsilonSteps", "epsilonStep")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("did you mean 'online.epsilonSteps'?");
    }

    private static double number(PolicyFile policy, String key) {
        return Double.parseDouble(policy.metadata().get(key));
    }
}
