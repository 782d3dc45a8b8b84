package org.cfcql.run.play;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.collect.Behaviour;
import org.cfcql.collect.Collector;
import org.cfcql.collect.Exploration;
import org.cfcql.collect.Goal;
import org.cfcql.collect.PolicyBehaviour;
import org.cfcql.collect.UniformBehaviour;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.Provenance;
import org.cfcql.data.TaskCard;
import org.cfcql.data.batch.ReplayBuffer;
import org.cfcql.data.batch.ReplaySampler;
import org.cfcql.data.batch.Sampler;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.error.UserError;
import org.cfcql.learn.Policy;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.dataset.OwnPlay;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.ScoreSample;
import org.cfcql.run.model.PolicyFile;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.training.CellData;
import org.cfcql.tensor.TensorFactory;

/**
 * The data of an online cell: uniformly random play first, then its own policy with exploration
 * noise, kept in a replay buffer (spec 3.12 and 5.2).
 *
 * <p>Beside training it keeps what the benchmark's data are made of: {@code
 * policies/medium.safetensors} and the data set {@code medium-replay} from the first evaluation
 * that reaches the medium score, and {@code policies/expert.safetensors}, the policy of the best
 * evaluation. All are written again, with the same bytes, when a killed run repeats the evaluation.
 */
final class OnlinePlay implements CellData {
    private static final String REPLAY = "replay.bin";

    private final Cell cell;
    private final CellFolder folder;
    private final String harnessVersion;
    private final OnlineSettings settings;
    private final VectorEnvironment environment;
    private final TaskCard task;
    private final SeedTree seeds;
    private final ReplayBuffer replay;
    private final ReplayFile file;

    /**
     * Data of a cell at its beginning or at a checkpoint.
     *
     * @param environment where to play; not closed here
     * @param lengths lengths of the checkpoint's files
     * @throws UserError if the warm-up is shorter than a batch
     */
    OnlinePlay(
            Cell cell,
            CellFolder folder,
            String harnessVersion,
            OnlineSettings settings,
            VectorEnvironment environment,
            Map<String, Long> lengths) {
        if (settings.warmUp() < cell.length().batch()
                || settings.capacity() < cell.length().batch()) {
            throw new UserError(
                    "expected online.warmUp and online.capacity to be at least budget.batch ("
                            + cell.length().batch()
                            + "), found "
                            + settings.warmUp()
                            + " and "
                            + settings.capacity()
                            + "; raise them or lower budget.batch");
        }
        this.cell = cell;
        this.folder = folder;
        this.harnessVersion = harnessVersion;
        this.settings = settings;
        this.environment = environment;
        task = TaskCard.of(environment.spec(), cell.environment().options());
        seeds = cell.seeds().child("exploration");
        replay = new ReplayBuffer(task, settings.capacity());
        file =
                new ReplayFile(
                        folder.path().resolve(REPLAY), lengths.getOrDefault(REPLAY, 0L), replay);
    }

    @Override
    public DatasetFacts facts() {
        return OwnPlay.facts(environment.spec());
    }

    @Override
    public void beforeRound(int round, Policy policy) {
        EnvironmentSpec spec = environment.spec();
        int rows = environment.environments();
        if (replay.appendedTransitions() < settings.warmUp()) {
            play(new UniformBehaviour(spec, rows), new Goal.Transitions(settings.warmUp()));
        }
        long wanted = settings.warmUp() + (long) round * settings.transitionsPerRound();
        while (replay.appendedTransitions() < wanted) {
            play(
                    new PolicyBehaviour(
                            policy, spec, rows, new Exploration.Noise(settings.noise())),
                    new Goal.Episodes(settings.episodes()));
        }
    }

    private void play(Behaviour behaviour, Goal goal) {
        long seed = seeds.child(replay.appendedEpisodes()).seed();
        try (behaviour) {
            Collector collector =
                    new Collector(
                            environment,
                            task,
                            behaviour,
                            seed,
                            goal,
                            episode -> file.append(replay.append(episode)));
            collector.collect(transitions -> {});
        }
    }

    @Override
    public Sampler open(int batch, RandomStream stream, TensorFactory tensors) {
        return new ReplaySampler(stream, numbers -> replay.sample(batch, numbers, tensors));
    }

    @Override
    public void evaluated(Snapshot snapshot) {
        List<Double> means = snapshot.history().means();
        double score = means.get(means.size() - 1);
        List<Double> earlier = means.subList(0, means.size() - 1);
        if (earlier.stream().allMatch(mean -> mean < score)) {
            savePolicy("expert", snapshot, score);
        }
        OptionalDouble medium = settings.mediumScore();
        if (medium.isPresent()
                && score >= medium.getAsDouble()
                && earlier.stream().allMatch(mean -> mean < medium.getAsDouble())) {
            savePolicy("medium", snapshot, score);
            saveReplay(snapshot, score);
        }
    }

    @Override
    public void finished(Snapshot snapshot) {
        double score = ScoreSample.of(snapshot.history().last()).mean();
        if (snapshot.history().means().stream().allMatch(mean -> mean < score)) {
            savePolicy("expert", snapshot, score);
        }
    }

    private void savePolicy(String name, Snapshot snapshot, double score) {
        SortedMap<String, String> metadata =
                new TreeMap<>(PolicyFile.metadata(snapshot.description()));
        metadata.putAll(notes(snapshot, score));
        PolicyFile.write(
                policy(name),
                PolicyFile.acting(snapshot.training().learner().networks()),
                metadata);
    }

    private Path policy(String name) {
        return folder.path().resolve("policies").resolve(name + ".safetensors");
    }

    private void saveReplay(Snapshot snapshot, double score) {
        if (replay.transitions() == 0) {
            return;
        }
        Path target = folder.path().resolve("medium-replay");
        Storage.deleteTree(target);
        try (DatasetWriter writer = DatasetWriter.create(target, task)) {
            replay.writeTo(writer, settings.mediumReplay());
            writer.finish(
                    "medium-replay",
                    new Provenance(
                            cell.algorithm(),
                            "replay buffer of " + cell.id(),
                            settings.noise(),
                            Long.toUnsignedString(cell.seed()),
                            List.of("cfcql", "run"),
                            harnessVersion,
                            notes(snapshot, score)));
        }
    }

    private static SortedMap<String, String> notes(Snapshot snapshot, double score) {
        SortedMap<String, String> notes = new TreeMap<>();
        notes.put("checkpointRound", String.valueOf(snapshot.round()));
        notes.put("checkpointScore", String.valueOf(score));
        return notes;
    }

    @Override
    public Map<String, Long> lengths() {
        return Map.of(REPLAY, file.sync());
    }

    @Override
    public void close() {
        file.close();
    }
}
