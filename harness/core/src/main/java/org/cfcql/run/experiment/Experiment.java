package org.cfcql.run.experiment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.budget.Scale;
import org.cfcql.eval.EvaluationSeeds.StartStates;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Track;
import org.cfcql.nn.TimeSlots;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.Kernels;

/**
 * What a user asked for, with every default filled in.
 *
 * @param name name of the run folder
 * @param environments tasks to solve
 * @param datasets folders of data sets; each is used for the tasks it was made in
 * @param algorithms algorithms by id with their settings, dotted keys; a list as a value is a sweep
 * @param seeds seeds of the cells
 * @param tracks rules by which updates are granted; several make a sweep
 * @param budget length of training
 * @param scale share of that length, and of auxiliary trainings, that every cell gets
 * @param evaluation how often and on how many episodes policies are evaluated
 * @param replay ways to restart the sampler; several make a sweep
 * @param dataEpisodes episodes drawn from discrete data before training: numbers, {@code published}
 *     or {@code all}; several make a sweep
 * @param sequences layouts of recurrent batches; empty where the algorithms' own settings decide
 * @param compute what computes its cells
 */
public record Experiment(
        String name,
        List<EnvironmentChoice> environments,
        List<DatasetChoice> datasets,
        Map<String, SortedMap<String, Object>> algorithms,
        List<Long> seeds,
        List<Track> tracks,
        BudgetChoice budget,
        Scale scale,
        EvaluationChoice evaluation,
        List<Replay> replay,
        List<Object> dataEpisodes,
        List<TimeSlots.Layout> sequences,
        Compute compute) {

    /** Word for a length of training taken from the paper's schedule for the task. */
    public static final String PUBLISHED = "published";

    /** Word for the use of all episodes of the data. */
    public static final String ALL = "all";

    /** Copies the collections. */
    public Experiment {
        environments = List.copyOf(environments);
        datasets = List.copyOf(datasets);
        algorithms = Collections.unmodifiableMap(new LinkedHashMap<>(algorithms));
        seeds = List.copyOf(seeds);
        tracks = List.copyOf(tracks);
        replay = List.copyOf(replay);
        dataEpisodes = List.copyOf(dataEpisodes);
        sequences = List.copyOf(sequences);
    }

    /** The same with other algorithms. */
    public Experiment withAlgorithms(Map<String, SortedMap<String, Object>> others) {
        return new Experiment(
                name,
                environments,
                datasets,
                others,
                seeds,
                tracks,
                budget,
                scale,
                evaluation,
                replay,
                dataEpisodes,
                sequences,
                compute);
    }

    /**
     * A task.
     *
     * @param id environment id
     * @param options options of that environment
     */
    public record EnvironmentChoice(String id, SortedMap<String, String> options) {
        /** Copies the options. */
        public EnvironmentChoice {
            options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
        }
    }

    /**
     * A data set.
     *
     * @param path folder; {@code {seed}} stands for the seed of the cell
     * @param name short name in cell ids and tables
     */
    public record DatasetChoice(String path, String name) {
        /** The folder for one seed. */
        public String pathFor(long seed) {
            return path.replace("{seed}", Long.toString(seed));
        }
    }

    /**
     * Length of training; empty stands for {@link Experiment#PUBLISHED}.
     *
     * @param rounds rounds of training of continuous tasks
     * @param gradientSteps gradient steps of discrete tasks
     * @param slots slots that discrete training samples, where gradient steps are not given
     * @param batch transitions, or episodes, in a minibatch
     * @param criticPerActor critic updates granted per round on the equal track
     */
    public record BudgetChoice(
            OptionalInt rounds,
            OptionalInt gradientSteps,
            OptionalInt slots,
            OptionalInt batch,
            OptionalInt criticPerActor) {}

    /**
     * Evaluation; empty stands for {@link Experiment#PUBLISHED}.
     *
     * @param every rounds between evaluations
     * @param episodes episodes of an evaluation along the way
     * @param finalEpisodes episodes of the final evaluation
     * @param startStates where episodes start; several make a sweep
     * @param skipped whether nothing is evaluated at all
     */
    public record EvaluationChoice(
            OptionalInt every,
            OptionalInt episodes,
            OptionalInt finalEpisodes,
            List<StartStates> startStates,
            boolean skipped) {
        /** Copies the list. */
        public EvaluationChoice {
            startStates = List.copyOf(startStates);
        }
    }

    /** The word for an evaluation that does not take place. */
    static final String NONE = "none";

    /** The configuration file this experiment is equal to, every default spelt out. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        List<Object> tasks = new ArrayList<>();
        for (EnvironmentChoice choice : environments) {
            tasks.add(
                    choice.options().isEmpty()
                            ? choice.id()
                            : new TreeMap<>(
                                    Map.of("id", choice.id(), "options", choice.options())));
        }
        map.put("environments", tasks);
        List<Object> data = new ArrayList<>();
        for (DatasetChoice choice : datasets) {
            data.add(new TreeMap<>(Map.of("path", choice.path(), "name", choice.name())));
        }
        map.put("datasets", data);
        map.put("algorithms", new LinkedHashMap<>(algorithms));
        map.put("seeds", seeds);
        map.put(
                "track",
                tracks.stream().map(track -> track.name().toLowerCase(Locale.ROOT)).toList());
        Map<String, Object> length = new LinkedHashMap<>();
        if (hasBranch(Branch.CONTINUOUS) || budget.rounds().isPresent()) {
            length.put("rounds", orPublished(budget.rounds()));
        }
        if (hasBranch(Branch.DISCRETE)
                || budget.gradientSteps().isPresent()
                || budget.slots().isPresent()) {
            length.put("gradientSteps", orPublished(budget.gradientSteps()));
            length.put("slots", orPublished(budget.slots()));
        }
        length.put("batch", orPublished(budget.batch()));
        length.put("criticPerActor", orPublished(budget.criticPerActor()));
        map.put("budget", length);
        if (!scale.isFull()) {
            map.put("scale", scale.share());
        }
        Map<String, Object> protocol = new LinkedHashMap<>();
        protocol.put("every", orPublished(evaluation.every()));
        protocol.put("episodes", orPublished(evaluation.episodes()));
        protocol.put("finalEpisodes", orPublished(evaluation.finalEpisodes()));
        protocol.put("startStates", Words.of(evaluation.startStates()));
        map.put("evaluation", evaluation.skipped() ? NONE : protocol);
        map.put("replay", Map.of("rng", Words.of(replay)));
        if (hasBranch(Branch.DISCRETE) || !dataEpisodes.equals(List.of(PUBLISHED))) {
            map.put("data", Map.of("episodes", dataEpisodes));
        }
        if (!sequences.isEmpty()) {
            map.put("sequences", Words.of(sequences));
        }
        if (compute.kernels() != Kernels.ON) {
            map.put("kernels", Words.of(compute.kernels()));
        }
        map.put("device", compute.device().toString());
        map.put("precision", Words.of(compute.precision()));
        return map;
    }

    /** Whether a published task of a branch is among the environments. */
    private boolean hasBranch(Branch branch) {
        return environments.stream()
                .flatMap(choice -> TaskCatalogue.find(choice.id()).stream())
                .anyMatch(task -> task.branch() == branch);
    }

    private static Object orPublished(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : PUBLISHED;
    }
}
