package org.cfcql.run.play;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.Provenance;
import org.cfcql.data.TaskCard;
import org.cfcql.data.batch.EpisodeFile;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.eval.EpisodeResult;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.ScoreSample;
import org.cfcql.run.model.PolicyFile;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.training.CellData.Snapshot;
import org.cfcql.run.training.Services;
import org.cfcql.run.training.Training;
import org.cfcql.tensor.TensorFactory;

/**
 * The policies that the benchmark's data are collected with (spec 5.1).
 *
 * <p>The policy of every evaluation is kept until training is over. Then the last one is the
 * expert; medium is the first whose win rate over the episodes of the final evaluation is at least
 * half the expert's, and the replay buffer of its moment is stored as the data set {@code
 * medium-replay}. An evaluation along the way below a quarter of the expert's rate rules a policy
 * out without playing it again. Tasks without victory have no medium. What was weighed stands in
 * {@code policies/selection.json}.
 */
final class KeptPolicies {
    private static final String WIN = "battle_won";

    /** Share of the wanted score below which the few episodes along the way rule a policy out. */
    private static final double HOPELESS = 0.5;

    private final Cell cell;
    private final CellFolder folder;
    private final String harnessVersion;
    private final EpisodePlaySettings settings;
    private final Services services;
    private final VectorEnvironment environment;
    private final EpisodeFile episodes;

    /**
     * Policies of a cell.
     *
     * @param environment where evaluations are played; not closed here
     * @param episodes what was played so far; not closed here
     */
    KeptPolicies(
            Cell cell,
            CellFolder folder,
            String harnessVersion,
            EpisodePlaySettings settings,
            Services services,
            VectorEnvironment environment,
            EpisodeFile episodes) {
        this.cell = cell;
        this.folder = folder;
        this.harnessVersion = harnessVersion;
        this.settings = settings;
        this.services = services;
        this.environment = environment;
        this.episodes = episodes;
    }

    /** Keeps the policy of an evaluation along the way. */
    void evaluated(Snapshot snapshot) {
        List<Double> means = snapshot.history().means();
        save(
                ofRound(snapshot.round()),
                snapshot,
                notes(
                        snapshot.round(),
                        episodes.transitions(),
                        episodes.episodes(),
                        means.get(means.size() - 1)));
    }

    /** Chooses. */
    void finished(Snapshot snapshot) {
        double score = ScoreSample.of(snapshot.history().last()).mean();
        SortedMap<String, String> notes =
                notes(snapshot.round(), episodes.transitions(), episodes.episodes(), score);
        notes.put("checkpointEpisodes", String.valueOf(cell.evaluation().finalEpisodes()));
        save(policy("expert"), snapshot, notes);
        if (environment.spec().infoNames().contains(WIN)) {
            chooseMedium(snapshot, score);
        }
    }

    private void chooseMedium(Snapshot snapshot, double expert) {
        double wanted = settings.mediumScore(expert);
        List<Map<String, Object>> weighed = new ArrayList<>();
        OptionalInt chosen = OptionalInt.empty();
        List<Double> means = snapshot.history().means();
        for (int index = 0; index < means.size() && chosen.isEmpty() && expert > 0; index++) {
            int round = index * cell.evaluation().every();
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("round", round);
            line.put("scoreAlongTheWay", means.get(index));
            weighed.add(line);
            if (means.get(index) >= HOPELESS * wanted) {
                double score = playAgain(ofRound(round));
                line.put("score", score);
                if (score >= wanted) {
                    chosen = OptionalInt.of(round);
                    keepMedium(round, score);
                }
            }
        }
        Map<String, Object> selection = new LinkedHashMap<>();
        selection.put("expertScore", expert);
        selection.put("wantedScore", wanted);
        selection.put("episodes", cell.evaluation().finalEpisodes());
        selection.put("medium", chosen.isPresent() ? chosen.getAsInt() : null);
        selection.put("weighed", weighed);
        Storage.writeJson(folder.path().resolve("policies").resolve("selection.json"), selection);
    }

    /** Mean score over the episodes of the final evaluation, the same start states for all. */
    private double playAgain(Path file) {
        TensorFactory tensors = Training.tensors(cell);
        try (PolicyFile.Loaded loaded =
                PolicyFile.open(file).load(services.algorithms(), tensors)) {
            return ScoreSample.of(
                            services
                                    .evaluator()
                                    .evaluate(
                                            environment,
                                            loaded.policy(),
                                            cell.finalEvaluationSeeds())
                                    .stream()
                                    .map(EpisodeResult::score)
                                    .toList())
                    .mean();
        }
    }

    private void keepMedium(int round, double score) {
        PolicyFile stored = PolicyFile.open(ofRound(round));
        SortedMap<String, String> notes = new TreeMap<>(stored.metadata());
        notes.put("checkpointScoreAlongTheWay", notes.get("checkpointScore"));
        notes.put("checkpointScore", String.valueOf(score));
        notes.put("checkpointEpisodes", String.valueOf(cell.evaluation().finalEpisodes()));
        stored.export(policy("medium"), services.algorithms(), notes);
        int to = Integer.parseInt(notes.get("checkpointPlayedEpisodes"));
        if (to > 0) {
            saveReplay(to, notes.tailMap("checkpoint").headMap("checkpoint~"));
        }
    }

    private void saveReplay(int to, SortedMap<String, String> notes) {
        Path target = folder.path().resolve("medium-replay");
        Storage.deleteTree(target);
        try (DatasetWriter writer =
                DatasetWriter.create(
                        target, TaskCard.of(environment.spec(), cell.environment().options()))) {
            episodes.writeTo(writer, Math.max(0, to - settings.capacity()), to);
            writer.finish(
                    "medium-replay",
                    new Provenance(
                            cell.algorithm(),
                            "replay buffer of " + cell.id(),
                            0,
                            Long.toUnsignedString(cell.seed()),
                            List.of("cfcql", "run"),
                            harnessVersion,
                            notes));
        }
    }

    private void save(Path file, Snapshot snapshot, SortedMap<String, String> notes) {
        SortedMap<String, String> metadata =
                new TreeMap<>(PolicyFile.metadata(snapshot.description()));
        metadata.putAll(notes);
        PolicyFile.write(
                file, PolicyFile.acting(snapshot.training().learner().networks()), metadata);
    }

    private Path ofRound(int round) {
        return policy(String.format(Locale.ROOT, "round-%08d", round));
    }

    private Path policy(String name) {
        return folder.path().resolve("policies").resolve(name + ".safetensors");
    }

    private static SortedMap<String, String> notes(
            int round, long environmentSteps, int playedEpisodes, double score) {
        SortedMap<String, String> notes = new TreeMap<>();
        notes.put("checkpointRound", String.valueOf(round));
        notes.put("checkpointEnvironmentSteps", String.valueOf(environmentSteps));
        notes.put("checkpointPlayedEpisodes", String.valueOf(playedEpisodes));
        notes.put("checkpointScore", String.valueOf(score));
        return notes;
    }
}
