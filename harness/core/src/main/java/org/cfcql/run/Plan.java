package org.cfcql.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.cfcql.error.UserError;
import org.cfcql.learn.Track;
import org.cfcql.run.Cell.EvaluationProtocol;
import org.cfcql.run.Experiment.DatasetChoice;
import org.cfcql.run.Experiment.EnvironmentChoice;

/**
 * The cells of an experiment, in the order in which they are started.
 *
 * @param experiment name of the experiment
 * @param cells cells with distinct ids
 */
public record Plan(String experiment, List<Cell> cells) {
    /** Stands for the data of algorithms that learn online. */
    private static final DatasetChoice PLAY = new DatasetChoice("", OnlinePlay.NAME);

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
     * @param online whether the algorithm with this id learns online and needs no data
     * @throws UserError for an unknown environment, a length that is neither given nor published, a
     *     task without data or data without task
     */
    public static Plan of(
            Experiment experiment, DatasetDirectory datasets, Predicate<String> online) {
        boolean dataWanted = !experiment.algorithms().keySet().stream().allMatch(online);
        experiment.environments().forEach(choice -> TaskCatalogue.find(choice.id()));
        Map<DatasetChoice, Set<String>> used = new LinkedHashMap<>();
        List<Cell> cells = new ArrayList<>();
        for (long seed : experiment.seeds()) {
            for (EnvironmentChoice environment : experiment.environments()) {
                List<DatasetChoice> matching = new ArrayList<>();
                for (DatasetChoice choice : experiment.datasets()) {
                    String madeIn = datasets.facts(choice.pathFor(seed)).task().environment();
                    used.computeIfAbsent(choice, key -> new LinkedHashSet<>()).add(madeIn);
                    if (madeIn.equals(environment.id())) {
                        matching.add(choice);
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
                matching.forEach(
                        choice -> addCells(experiment, environment, choice, seed, offline, cells));
                addCells(experiment, environment, PLAY, seed, online, cells);
            }
        }
        requireTasks(experiment, used);
        requireDistinct(cells);
        return new Plan(experiment.name(), cells);
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

    private static void addCells(
            Experiment experiment,
            EnvironmentChoice environment,
            DatasetChoice dataset,
            long seed,
            Predicate<String> wanted,
            List<Cell> cells) {
        for (Track track : experiment.tracks()) {
            for (var algorithm : experiment.algorithms().entrySet()) {
                if (!wanted.test(algorithm.getKey())) {
                    continue;
                }
                for (Sweep.Point point :
                        Sweep.expand(withHarnessKeys(experiment, algorithm.getValue()))) {
                    cells.add(
                            cell(
                                    experiment,
                                    algorithm.getKey(),
                                    point,
                                    environment,
                                    dataset,
                                    seed,
                                    track));
                }
            }
        }
    }

    /** An algorithm's own settings win over those of the experiment. */
    private static SortedMap<String, Object> withHarnessKeys(
            Experiment experiment, SortedMap<String, Object> settings) {
        SortedMap<String, Object> all = new TreeMap<>(settings);
        all.putIfAbsent(Sweep.REPLAY, orSingle(experiment.replay()));
        all.putIfAbsent(Sweep.START_STATES, orSingle(experiment.evaluation().startStates()));
        return all;
    }

    private static Object orSingle(List<String> values) {
        return values.size() == 1 ? values.get(0) : values;
    }

    private static Cell cell(
            Experiment experiment,
            String algorithm,
            Sweep.Point point,
            EnvironmentChoice environment,
            DatasetChoice dataset,
            long seed,
            Track track) {
        TaskCatalogue.Schedule published = TaskCatalogue.find(environment.id()).published();
        SortedMap<String, Object> settings = new TreeMap<>(point.settings());
        String replay = Sweep.word(settings, Sweep.REPLAY, "independent", "replayed");
        String startStates = Sweep.word(settings, Sweep.START_STATES, "independent", "fixed10");
        return new Cell(
                CellId.of(algorithm, point.variant(), environment, dataset.name(), seed, track),
                algorithm,
                point.variant(),
                settings,
                environment,
                TaskCatalogue.find(environment.id()).branch(),
                dataset.pathFor(seed),
                dataset.name(),
                seed,
                track,
                length("budget.rounds", experiment.budget().rounds(), published.rounds()),
                length("budget.batch", experiment.budget().batch(), published.batch()),
                experiment.budget().criticPerActor(),
                new EvaluationProtocol(
                        length(
                                "evaluation.every",
                                experiment.evaluation().every(),
                                published.evaluationEvery()),
                        length(
                                "evaluation.episodes",
                                experiment.evaluation().episodes(),
                                published.evaluationEpisodes()),
                        length(
                                "evaluation.finalEpisodes",
                                experiment.evaluation().finalEpisodes(),
                                published.finalEpisodes()),
                        startStates),
                replay,
                experiment.device(),
                experiment.precision());
    }

    private static int length(String key, int given, int published) {
        int value = given == 0 ? published : given;
        if (value == 0) {
            throw new UserError(
                    "expected "
                            + key
                            + " in the experiment, found none and nothing published for the task;"
                            + " set it");
        }
        return value;
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
