package org.cfcql.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.cfcql.error.Suggestion;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Branch;

/**
 * Something {@code cfcql perf} measures.
 *
 * @param name for example {@code cfcql-continuous/simple_spread}
 * @param algorithm algorithm id
 * @param task sizes
 * @param settings keys of the algorithm that differ from its defaults
 * @param floor unavoidable arithmetic of a round
 */
public record PerfCase(
        String name,
        String algorithm,
        TaskSizes task,
        Map<String, Object> settings,
        ArithmeticFloor floor) {
    /** The cases of all algorithms that know their arithmetic, by task, then by algorithm. */
    public static List<PerfCase> all() {
        List<PerfCase> cases = new ArrayList<>();
        for (TaskSizes task : tasks()) {
            for (Algorithm algorithm : Algorithms.all()) {
                if (algorithm instanceof MeasuredAlgorithm measured) {
                    floor(measured, task).ifPresent(floor -> cases.add(of(measured, task, floor)));
                }
            }
        }
        return cases;
    }

    private static List<TaskSizes> tasks() {
        List<TaskSizes> tasks = new ArrayList<>(ContinuousSizes.all());
        tasks.addAll(DiscreteSizes.all());
        return tasks;
    }

    private static Optional<ArithmeticFloor> floor(MeasuredAlgorithm algorithm, TaskSizes task) {
        return task instanceof ContinuousSizes continuous
                ? algorithm.floor(continuous)
                : algorithm.floor((DiscreteSizes) task);
    }

    /**
     * The case with this name; of an algorithm that does not know its arithmetic, a case whose
     * floor is nothing.
     *
     * @throws UserError naming the closest known case
     */
    public static PerfCase find(String name) {
        List<PerfCase> known = new ArrayList<>(all());
        for (TaskSizes task : tasks()) {
            for (Algorithm algorithm : Algorithms.all()) {
                if (!(algorithm instanceof MeasuredAlgorithm)
                        && algorithm.capabilities().branches().contains(branch(task))) {
                    known.add(
                            new PerfCase(
                                    name(algorithm, task),
                                    algorithm.id(),
                                    task,
                                    Map.of(),
                                    new ArithmeticFloor(List.of(), 0)));
                }
            }
        }
        List<String> names = known.stream().map(PerfCase::name).toList();
        return known.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UserError(
                                        "expected a perf case, found '"
                                                + name
                                                + "'; "
                                                + Suggestion.of(name, names)));
    }

    private static PerfCase of(MeasuredAlgorithm algorithm, TaskSizes task, ArithmeticFloor floor) {
        return new PerfCase(
                name(algorithm, task),
                algorithm.id(),
                task,
                algorithm.measuredSettings(task),
                floor);
    }

    private static String name(Algorithm algorithm, TaskSizes task) {
        String branch = branch(task).name().toLowerCase(Locale.ROOT);
        return algorithm.id() + "-" + branch + "/" + task.name();
    }

    private static Branch branch(TaskSizes task) {
        return Branch.of(task.shape().actionSpace());
    }

    /** The same case with one more key set. */
    public PerfCase with(String key, Object value) {
        Map<String, Object> more = new TreeMap<>(settings);
        more.put(key, value);
        return new PerfCase(name, algorithm, task, more, floor);
    }
}
