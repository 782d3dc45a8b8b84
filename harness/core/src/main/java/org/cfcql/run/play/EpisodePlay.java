package org.cfcql.run.play;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.collect.Behaviour;
import org.cfcql.collect.Collector;
import org.cfcql.collect.Exploration;
import org.cfcql.collect.Goal;
import org.cfcql.collect.PolicyBehaviour;
import org.cfcql.data.TaskCard;
import org.cfcql.data.batch.EpisodeFile;
import org.cfcql.data.batch.ReplaySampler;
import org.cfcql.data.batch.Sampler;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.error.UserError;
import org.cfcql.learn.Policy;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.dataset.OwnPlay;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.JsonLinesFile;
import org.cfcql.run.training.CellData;
import org.cfcql.run.training.Services;
import org.cfcql.tensor.TensorFactory;

/**
 * The data of an online cell of the discrete branch: ε-greedy play of its own policy, from whose
 * most recent episodes minibatches are drawn (spec 3.11).
 *
 * <p>Before round t there are {@code batch + t · episodesPerRound} episodes. Those played at a time
 * share one policy and one ε, the one of the environment steps before them. Every episode stays in
 * {@code replay.bin}, so that the buffer of any earlier moment can be stored as a data set.
 */
final class EpisodePlay implements CellData {
    private static final String REPLAY = "replay.bin";

    private final Cell cell;
    private final EpisodePlaySettings settings;
    private final VectorEnvironment environment;
    private final TimedEnvironment played;
    private final TaskCard task;
    private final SeedTree seeds;
    private final EpisodeFile episodes;
    private final KeptPolicies kept;
    private long policyNanos;
    private long storeNanos;

    /**
     * Data of a cell at its beginning or at a checkpoint.
     *
     * @param environment where evaluations are played; not closed here. Training has one of its
     *     own, with a row per episode played at a time
     * @param lengths lengths of the checkpoint's files
     * @throws UserError if the buffer is smaller than a batch
     */
    EpisodePlay(
            Cell cell,
            CellFolder folder,
            String harnessVersion,
            EpisodePlaySettings settings,
            Services services,
            VectorEnvironment environment,
            Map<String, Long> lengths) {
        if (settings.capacity() < cell.length().batch()) {
            throw new UserError(
                    "expected online.capacity to be at least budget.batch ("
                            + cell.length().batch()
                            + "), found "
                            + settings.capacity()
                            + "; raise it or lower budget.batch");
        }
        this.cell = cell;
        this.settings = settings;
        this.environment = environment;
        task = TaskCard.of(environment.spec(), cell.environment().options());
        seeds = cell.seeds().child("exploration");
        long keep = lengths.getOrDefault(REPLAY, 0L);
        JsonLinesFile.requireAtLeast(folder.path().resolve(REPLAY), keep);
        EpisodeFile opened = new EpisodeFile(folder.path().resolve(REPLAY), keep, task);
        try {
            played =
                    new TimedEnvironment(
                            services.environments()
                                    .open(
                                            new EnvironmentRequest(
                                                    cell.environment().id(),
                                                    cell.environment().options(),
                                                    settings.episodes())));
        } catch (RuntimeException absent) {
            opened.close();
            throw absent;
        }
        episodes = opened;
        kept =
                new KeptPolicies(
                        cell, folder, harnessVersion, settings, services, environment, episodes);
    }

    @Override
    public DatasetFacts facts() {
        return OwnPlay.facts(environment.spec());
    }

    @Override
    public void beforeRound(int round, Policy policy) {
        long wanted = cell.length().batch() + (long) round * settings.episodesPerRound();
        while (episodes.episodes() < wanted) {
            play(policy);
        }
    }

    private void play(Policy policy) {
        Exploration exploration =
                new Exploration.EpsilonGreedy(settings.epsilon().at(episodes.transitions()));
        long seed = seeds.child(episodes.episodes()).seed();
        long begin = System.nanoTime();
        long environmentBefore = played.nanos();
        long storeBefore = storeNanos;
        try (Behaviour behaviour =
                new PolicyBehaviour(policy, played.spec(), settings.episodes(), exploration)) {
            Goal goal = new Goal.Episodes(settings.episodes());
            new Collector(
                            played,
                            task,
                            behaviour,
                            seed,
                            goal,
                            episode -> {
                                long start = System.nanoTime();
                                episodes.append(episode);
                                storeNanos += System.nanoTime() - start;
                            })
                    .collect(transitions -> {});
        }
        policyNanos +=
                System.nanoTime()
                        - begin
                        - (played.nanos() - environmentBefore)
                        - (storeNanos - storeBefore);
    }

    @Override
    public Sampler open(int batch, RandomStream stream, TensorFactory tensors) {
        return new ReplaySampler(
                stream, numbers -> episodes.sample(settings.capacity(), batch, numbers, tensors));
    }

    @Override
    public SortedMap<String, Double> progress() {
        SortedMap<String, Double> numbers = new TreeMap<>();
        numbers.put("environmentSteps", (double) episodes.transitions());
        return numbers;
    }

    @Override
    public SortedMap<String, Double> roundNumbers() {
        SortedMap<String, Double> numbers = progress();
        numbers.put("epsilon", settings.epsilon().at(episodes.transitions()));
        numbers.put("playedReturn", episodes.recentReturn(cell.length().batch()));
        return numbers;
    }

    @Override
    public SortedMap<String, Long> takeTimes() {
        SortedMap<String, Long> times = new TreeMap<>();
        times.put("environmentMs", played.takeNanos());
        times.put("policyMs", policyNanos);
        times.put("storeMs", storeNanos);
        policyNanos = 0;
        storeNanos = 0;
        return times;
    }

    @Override
    public void evaluated(Snapshot snapshot) {
        kept.evaluated(snapshot);
    }

    @Override
    public void finished(Snapshot snapshot) {
        kept.finished(snapshot);
    }

    @Override
    public Map<String, Long> lengths() {
        return Map.of(REPLAY, episodes.sync());
    }

    @Override
    public void close() {
        played.close();
        episodes.close();
    }
}
