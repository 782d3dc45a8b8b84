package org.cfcql.run.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.cfcql.error.UserError;
import org.cfcql.eval.EvaluationSeeds.StartStates;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Track;
import org.cfcql.run.dataset.DatasetDirectory;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.dataset.OwnPlay;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.Experiment.DatasetChoice;
import org.cfcql.run.experiment.Experiment.EnvironmentChoice;
import org.cfcql.run.experiment.Experiment.EvaluationChoice;
import org.cfcql.run.experiment.Replay;
import org.cfcql.run.experiment.Sweep;
import org.cfcql.run.experiment.TaskCatalogue;
import org.cfcql.run.experiment.Words;
import org.cfcql.run.plan.Cell.EvaluationProtocol;

/**
 * The cells of an experiment, in the order in which they are started.
 *
 * @param experiment name of the experiment
 * @param cells cells with distinct ids
 */
public record Plan(String experiment, List<Cell> cells) {
    /** More cells are a slip of the pen: their plan alone would be gigabytes. */
    static final int MOST_CELLS = 100_000;

    /** Stands for the data of algorithms that learn online. */
    private static final DatasetChoice PLAY = new DatasetChoice("", OwnPlay.NAME);

    /** Copies the cells. */
    public Plan {
        cells = List.copyOf(cells);
    }

    /**
     * Expands sweeps and combines tasks with their data.
     *
     * <p>Seeds vary slowest, so that an interrupted matrix has compared all algorithms on the first
     * seeds.
     *
     * @param tasks the experiment's tasks
     * @param online whether the algorithm with this id learns online and needs no data
     * @throws UserError for a length that is neither given nor published, a task without data or
     *     data without task
     */
    public static Plan of(
            Experiment experiment,
            Tasks tasks,
            DatasetDirectory datasets,
            Predicate<String> online) {
        requireLimit(experiment);
        boolean dataWanted = !experiment.algorithms().keySet().stream().allMatch(online);
        requireLengthsOfBranch(experiment, tasks);
        Map<DatasetChoice, Set<String>> used = new LinkedHashMap<>();
        List<Cell> cells = new ArrayList<>();
        for (long seed : experiment.seeds()) {
            for (EnvironmentChoice environment : experiment.environments()) {
                TaskCatalogue.Task task = tasks.task(environment.id());
                Map<DatasetChoice, DatasetFacts> matching = new LinkedHashMap<>();
                for (DatasetChoice choice : experiment.datasets()) {
                    DatasetFacts facts = datasets.facts(choice.pathFor(seed));
                    String madeIn = facts.task().environment();
                    used.computeIfAbsent(choice, key -> new LinkedHashSet<>()).add(madeIn);
                    if (madeIn.equals(environment.id())) {
                        matching.put(choice, facts);
                    }
                }
                if (matching.isEmpty() && dataWanted) {
                    throw new UserError(
                            "expected a data set of "
                                    + environment.id()
                                    + ", found data of "
                                    + used.values()
                                    + " only; add one to datasets");
                }
                Predicate<String> offline = online.negate();
                boolean playable = tasks.canEvaluate(environment.id());
                matching.forEach(
                        (choice, facts) ->
                                addCells(
                                        experiment,
                                        new TaskData(
                                                environment,
                                                task,
                                                choice,
                                                Optional.of(facts),
                                                playable),
                                        seed,
                                        offline,
                                        cells));
                TaskData play = new TaskData(environment, task, PLAY, Optional.empty(), playable);
                addCells(experiment, play, seed, online, cells);
            }
        }
        requireTasks(experiment, used);
        requireDistinct(cells);
        return new Plan(experiment.name(), cells);
    }

    /** Counted before anything is expanded: a product of lists is written in one line. */
    private static void requireLimit(Experiment experiment) {
        double points = 0;
        for (SortedMap<String, Object> settings : experiment.algorithms().values()) {
            double product = 1;
            for (var entry : settings.entrySet()) {
                product *= Sweep.values(entry.getKey(), entry.getValue()).size();
            }
            points += product;
        }
        double cells =
                points
                        * experiment.seeds().size()
                        * experiment.tracks().size()
                        * Math.max(1, experiment.datasets().size());
        if (cells > MOST_CELLS) {
            throw new UserError(
                    String.format(
                            Locale.ROOT,
                            "expected an experiment of at most %d cells, found about %.0f; split it"
                                    + " into several, or shorten its lists",
                            MOST_CELLS,
                            cells));
        }
    }

    /**
     * The cell with an id.
     *
     * @throws UserError if there is none
     */
    public Cell cell(String id) {
        return cells.stream()
                .filter(cell -> cell.id().equals(id))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UserError(
                                        "expected a cell of the plan, found '"
                                                + id
                                                + "'; see plan.json in the run folder"));
    }

    /**
     * A task with the data to learn it from.
     *
     * @param facts empty where the data are the algorithm's own play
     * @param playable whether the harness has the environment, so that policies are evaluated
     */
    private record TaskData(
            EnvironmentChoice environment,
            TaskCatalogue.Task task,
            DatasetChoice dataset,
            Optional<DatasetFacts> facts,
            boolean playable) {
        boolean discrete() {
            return task.branch() == Branch.DISCRETE;
        }
    }

    private static void addCells(
            Experiment experiment,
            TaskData material,
            long seed,
            Predicate<String> wanted,
            List<Cell> cells) {
        for (Track track : experiment.tracks()) {
            for (var algorithm : experiment.algorithms().entrySet()) {
                if (!wanted.test(algorithm.getKey())) {
                    continue;
                }
                for (Sweep.Point point :
                        Sweep.expand(withHarnessKeys(experiment, material, algorithm.getValue()))) {
                    cells.add(cell(experiment, algorithm.getKey(), point, material, seed, track));
                }
            }
        }
    }

    /** An algorithm's own settings win over those of the experiment. */
    private static SortedMap<String, Object> withHarnessKeys(
            Experiment experiment, TaskData material, SortedMap<String, Object> settings) {
        SortedMap<String, Object> all = new TreeMap<>(settings);
        if (material.discrete() && material.facts().isPresent()) {
            all.putIfAbsent(Sweep.DATA_EPISODES, orSingle(experiment.dataEpisodes()));
        }
        if (material.discrete() && !experiment.sequences().isEmpty()) {
            all.putIfAbsent(Sweep.SEQUENCES, orSingle(Words.of(experiment.sequences())));
        }
        all.putIfAbsent(Sweep.REPLAY, orSingle(Words.of(experiment.replay())));
        all.putIfAbsent(
                Sweep.START_STATES, orSingle(Words.of(experiment.evaluation().startStates())));
        return all;
    }

    private static Object orSingle(List<?> values) {
        return values.size() == 1 ? values.get(0) : values;
    }

    private static Cell cell(
            Experiment experiment,
            String algorithm,
            Sweep.Point point,
            TaskData material,
            long seed,
            Track track) {
        EnvironmentChoice environment = material.environment();
        DatasetChoice dataset = material.dataset();
        TaskCatalogue.Schedule published = material.task().published();
        SortedMap<String, Object> settings = new TreeMap<>(point.settings());
        CellLength length =
                CellLength.of(
                        experiment.budget(),
                        settings.remove(Sweep.DATA_EPISODES),
                        material.task(),
                        material.facts());
        Replay replay = Sweep.take(settings, Sweep.REPLAY, Replay.class);
        StartStates startStates = Sweep.take(settings, Sweep.START_STATES, StartStates.class);
        return new Cell(
                CellId.of(
                        algorithm,
                        point.variant(),
                        environment,
                        dataset.name(),
                        seed,
                        experiment.scale().label(Words.of(track))),
                algorithm,
                point.variant(),
                settings,
                environment,
                material.task().branch(),
                seed,
                track,
                new Cell.Material(
                        dataset.pathFor(seed), dataset.name(), length.dataEpisodes(), replay),
                new Cell.Length(
                        Math.toIntExact(experiment.scale().of(length.rounds())),
                        length.batch(),
                        CellLength.given(
                                "budget.criticPerActor",
                                experiment.budget().criticPerActor(),
                                published.criticPerActor()),
                        experiment.scale()),
                experiment.evaluation().skipped() || !material.playable()
                        ? notEvaluated(experiment, length.rounds(), startStates)
                        : protocol(experiment.evaluation(), published, startStates),
                experiment.compute());
    }

    private static EvaluationProtocol notEvaluated(
            Experiment experiment, long rounds, StartStates startStates) {
        int tenth = (int) Math.max(1, experiment.scale().of(rounds) / 10);
        return EvaluationProtocol.none(experiment.evaluation().every().orElse(tenth), startStates);
    }

    private static EvaluationProtocol protocol(
            EvaluationChoice choice, TaskCatalogue.Schedule published, StartStates startStates) {
        return new EvaluationProtocol(
                CellLength.given("evaluation.every", choice.every(), published.evaluationEvery()),
                CellLength.given(
                        "evaluation.episodes", choice.episodes(), published.evaluationEpisodes()),
                CellLength.given(
                        "evaluation.finalEpisodes",
                        choice.finalEpisodes(),
                        published.finalEpisodes()),
                startStates);
    }

    /** Keys of the length of training that no task of the experiment counts in are refused. */
    private static void requireLengthsOfBranch(Experiment experiment, Tasks tasks) {
        Experiment.BudgetChoice budget = experiment.budget();
        if (!tasks.has(Branch.CONTINUOUS) && budget.rounds().isPresent()) {
            throw new UserError(
                    "expected budget.gradientSteps (discrete tasks count gradient steps), found"
                            + " budget.rounds; use budget.gradientSteps");
        }
        if (tasks.has(Branch.DISCRETE)) {
            return;
        }
        if (budget.gradientSteps().isPresent() || budget.slots().isPresent()) {
            throw new UserError(
                    "expected budget.rounds (continuous tasks count rounds), found budget."
                            + (budget.slots().isPresent() ? "slots" : "gradientSteps")
                            + "; use budget.rounds");
        }
        if (!experiment.dataEpisodes().equals(List.of(Experiment.PUBLISHED))
                || !experiment.sequences().isEmpty()) {
            throw new UserError(
                    "expected no data.episodes and no sequences with continuous tasks only, found"
                            + " one; leave it out");
        }
    }

    private static void requireTasks(
            Experiment experiment, Map<DatasetChoice, Set<String>> madeIn) {
        List<String> tasks = experiment.environments().stream().map(EnvironmentChoice::id).toList();
        madeIn.forEach(
                (choice, environments) -> {
                    if (environments.stream().noneMatch(tasks::contains)) {
                        throw new UserError(
                                "expected data of "
                                        + tasks
                                        + ", found data of "
                                        + environments
                                        + " in "
                                        + choice.path()
                                        + "; add the environment or leave the data out");
                    }
                });
    }

    private static void requireDistinct(List<Cell> cells) {
        Set<String> ids = new LinkedHashSet<>();
        for (Cell cell : cells) {
            if (!ids.add(cell.id())) {
                throw new UserError(
                        "expected cells with distinct names, found two named "
                                + cell.id()
                                + "; give the data sets distinct names or leave repetitions out");
            }
        }
    }
}
