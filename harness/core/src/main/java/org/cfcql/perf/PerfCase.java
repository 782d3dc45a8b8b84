package org.cfcql.perf;

import java.util.ArrayList;
import java.util.List;
import org.cfcql.error.Suggestion;
import org.cfcql.error.UserError;

/**
 * Something {@code cfcql perf} measures.
 *
 * @param name for example {@code cfcql-continuous/simple_spread}
 * @param algorithm algorithm id
 * @param task sizes
 * @param floor unavoidable arithmetic of a round
 */
public record PerfCase(String name, String algorithm, ContinuousTask task, ArithmeticFloor floor) {
    /** Critic updates per actor update, as published. */
    private static final int CRITIC_UPDATES = 5;

    /** Every case, in the order it is measured. */
    public static List<PerfCase> all() {
        List<PerfCase> cases = new ArrayList<>();
        for (ContinuousTask task : ContinuousTask.all()) {
            ContinuousFloor floor = new ContinuousFloor(task, CRITIC_UPDATES);
            cases.add(of("cfcql", task, floor.cfcql()));
            cases.add(of("macql", task, floor.macql()));
            cases.add(of("td3-bc", task, floor.plain()));
            cases.add(of("bc", task, floor.cloning()));
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
        return new PerfCase(algorithm + "-continuous/" + task.name(), algorithm, task, floor);
    }
}
