package org.cfcql.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.error.Suggestion;
import org.cfcql.error.UserError;

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
        PerfTask task,
        Map<String, Object> settings,
        ArithmeticFloor floor) {
    /** Critic updates per actor update, as published. */
    private static final int CRITIC_UPDATES = 5;

    /** Joint samples of the discrete MACQL, as published. */
    private static final int SAMPLES = 100;

    /** With a behaviour model: the weights are the most expensive ones. */
    private static final Map<String, Object> CFCQL =
            Map.of("alpha", 1.0, "lambda", Map.of("mode", "softmax", "tau", 0.5));

    private static final Map<String, Object> MACQL =
            Map.of("alpha", 1.0, "macql", Map.of("samples", SAMPLES));

    /** Every case, in the order it is measured. */
    public static List<PerfCase> all() {
        List<PerfCase> cases = new ArrayList<>();
        for (ContinuousTask task : ContinuousTask.all()) {
            ContinuousFloor floor = new ContinuousFloor(task, CRITIC_UPDATES);
            cases.add(of("cfcql", task, floor.cfcql()));
            cases.add(of("macql", task, floor.macql()));
            cases.add(of("td3-bc", task, floor.plain()));
            cases.add(of("bc", task, floor.cloning()));
            cases.add(of("icql", task, floor.icql()));
            boolean elites = task.penaltyGroups() > 1;
            cases.add(of("omar", task, floor.omar(elites ? 2 : 3, elites ? 20 : 10)));
            cases.add(of("implicit-q-learning", task, floor.implicitQLearning()));
            cases.add(of("awac", task, floor.awac()));
            cases.add(of("maicq", task, floor.maicq()));
        }
        for (DiscreteTask task : DiscreteTask.all()) {
            DiscreteFloor floor = new DiscreteFloor(task);
            cases.add(of("cfcql", task, CFCQL, floor.cfcql()));
            cases.add(of("macql", task, MACQL, floor.macql(SAMPLES)));
            cases.add(of("icql", task, Map.of(), floor.icql()));
            cases.add(of("qmix", task, Map.of(), floor.qmix()));
            cases.add(of("bc", task, Map.of(), floor.cloning()));
            cases.add(of("implicit-q-learning", task, Map.of(), floor.implicitQLearning()));
            cases.add(of("awac", task, Map.of(), floor.awac()));
            cases.add(of("omar", task, Map.of(), floor.omar()));
            cases.add(of("maicq", task, Map.of(), floor.maicq()));
            cases.add(of("madtkd", task, Map.of(), floor.madtkd()));
        }
        return cases;
    }

    /**
     * The case with this name.
     *
     * @throws UserError naming the closest known case
     */
    public static PerfCase find(String name) {
        return all().stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UserError(
                                        "expected a perf case, found '"
                                                + name
                                                + "'; "
                                                + Suggestion.of(
                                                        name,
                                                        all().stream()
                                                                .map(PerfCase::name)
                                                                .toList())));
    }

    private static PerfCase of(String algorithm, ContinuousTask task, ArithmeticFloor floor) {
        String name = algorithm + "-continuous/" + task.name();
        return new PerfCase(name, algorithm, task, Map.of(), floor);
    }

    private static PerfCase of(
            String algorithm,
            DiscreteTask task,
            Map<String, Object> settings,
            ArithmeticFloor floor) {
        String name = algorithm + "-discrete/" + task.name();
        return new PerfCase(name, algorithm, task, settings, floor);
    }

    /** The same case with one more key set. */
    public PerfCase with(String key, Object value) {
        Map<String, Object> more = new TreeMap<>(settings);
        more.put(key, value);
        return new PerfCase(name, algorithm, task, more, floor);
    }
}
