package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.data.Dataset;
import org.cfcql.error.UserError;
import org.cfcql.eval.EpisodeResult;
import org.cfcql.eval.Evaluator;
import org.cfcql.learn.Algorithms;
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

class OnlineTrainingTest {
    /** Agent 0's reward, the default, says nothing of agent 1. */
    private static final String CENTRAL = "central\n    reward.aggregation: mean";

    private static final double GOOD = 4.5;
    private static final int WARM_UP = 100;
    private static final OnlineCells ONLINE =
            new OnlineCells(request -> PointGame.environment(request.id(), request.environments()));
    private static final String TEXT =
            """
            name: points
            environments: [mpe/simple_spread]
            algorithms:
              matd3:
                critic: %s
                norm.input: none
                hidden: 16
                lr: 0.01
                targetTau: 0.05
                online: {episodes: 4, transitionsPerRound: 10, warmUp: 100, mediumScore: 4.5}
            seeds: [3]
            track: paper
            budget: {rounds: %d, batch: 32}
            evaluation: {every: %d, episodes: 20, finalEpisodes: 20}
            """;

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {CENTRAL, "independent"})
    void learnsAndKeepsTheMediumAndTheBestPolicy(String critic) throws IOException {
        Cell cell = ONLINE.cell(TEXT.formatted(critic, 200, 20));
        CellFolder done = ONLINE.run(cell, folder.resolve("run"), WritePoints.SILENT);
        List<Double> means = means(done);
        assertThat(means.get(0)).as("score before training").isLessThan(GOOD);
        double best = means.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        assertThat(best).as("best score").isGreaterThan(GOOD);
        int medium = 0;
        while (means.get(medium) < GOOD) {
            medium++;
        }
        assertThat(scoreOf(done, "expert")).isEqualTo(best);
        assertThat(scoreOf(done, "medium")).isEqualTo(means.get(medium));
        Dataset replay = Dataset.open(done.path().resolve("medium-replay"));
        int rounds = 20 * medium;
        assertThat(replay.transitions())
                .isBetween(WARM_UP + 10L * (rounds - 1), WARM_UP + 10L * (rounds + 2));
        assertThat(replay.card().kind()).isEqualTo("medium-replay");
        assertThat(replay.card().made().notes())
                .containsEntry("checkpointRound", String.valueOf(rounds));
        assertThat(score(done, "expert")).as("stored policy played again").isGreaterThan(GOOD);
    }

    @Test
    void interruptionAnywhereLeavesTheSameBytes() throws IOException {
        Cell cell =
                ONLINE.cell(
                        TEXT.replace("mediumScore: 4.5", "mediumScore: 0")
                                .formatted(CENTRAL, 6, 2));
        ONLINE.requireSameBytesWhereverKilled(
                cell, folder, "replay.bin", "policies/medium.safetensors");
    }

    @Test
    void warmUpShorterThanABatchIsRefused() {
        Cell cell = ONLINE.cell(TEXT.replace("warmUp: 100", "warmUp: 31").formatted(CENTRAL, 6, 2));
        assertThatThrownBy(() -> ONLINE.run(cell, folder, WritePoints.SILENT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("online.warmUp");
    }

    @Test
    void unknownKeyOfOnlineTrainingIsRefusedBeforeAnythingRuns() {
        assertThatThrownBy(
                        () ->
                                ONLINE.cell(
                                        TEXT.replace("warmUp", "warmup").formatted(CENTRAL, 6, 2)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("did you mean 'online.warmUp'?");
    }

    private static List<Double> means(CellFolder done) throws IOException {
        SortedMap<Integer, List<Double>> scores = new TreeMap<>();
        List<Double> last = new ArrayList<>();
        for (String line : Files.readAllLines(done.evaluations())) {
            JsonNode node = Storage.JSON.readTree(line);
            String number = node.path("evaluation").asText();
            (number.equals("final")
                            ? last
                            : scores.computeIfAbsent(
                                    Integer.valueOf(number), absent -> new ArrayList<>()))
                    .add(node.path("score").asDouble());
        }
        List<Double> means = new ArrayList<>();
        scores.values().forEach(episodes -> means.add(mean(episodes)));
        means.add(mean(last));
        return means;
    }

    private static double mean(List<Double> values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.size();
    }

    private static double scoreOf(CellFolder done, String name) {
        return Double.parseDouble(OnlineCells.policy(done, name).metadata().get("checkpointScore"));
    }

    private static double score(CellFolder done, String name) {
        TensorFactory tensors = new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
        try (PolicyFile.Loaded loaded =
                        OnlineCells.policy(done, name).load(Algorithms::find, tensors);
                ScriptedEnvironment environment = PointGame.environment("points", 10)) {
            List<Long> seeds = List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
            return new Evaluator()
                    .evaluate(environment, loaded.policy(), seeds).stream()
                            .mapToDouble(EpisodeResult::score)
                            .average()
                            .orElseThrow();
        }
    }
}
