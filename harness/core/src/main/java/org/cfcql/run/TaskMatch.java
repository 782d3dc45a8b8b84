package org.cfcql.run;

import java.util.ArrayList;
import java.util.List;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.error.UserError;
import org.cfcql.learn.TaskShape;

/** Whether data can train a policy for an environment. */
final class TaskMatch {
    private TaskMatch() {}

    /**
     * Checks sizes and names.
     *
     * @throws UserError naming what differs
     */
    static void require(Cell cell, TaskShape data, EnvironmentSpec environment) {
        List<String> differences = new ArrayList<>();
        compare("environment", data.environment(), environment.id(), differences);
        compare("agents", data.agents(), environment.agents().size(), differences);
        compare(
                "observation size",
                data.observationSize(),
                environment.observationSize(),
                differences);
        compare("state size", data.stateSize(), environment.stateSize(), differences);
        compare("action space", data.actionSpace(), environment.actionSpace(), differences);
        if (!differences.isEmpty()) {
            throw new UserError(
                    "expected "
                            + cell.datasetPath()
                            + " to be data of "
                            + cell.environment().id()
                            + " with these options, found "
                            + String.join(", ", differences)
                            + "; use data made in this environment");
        }
    }

    private static void compare(
            String name, Object data, Object environment, List<String> differences) {
        if (!data.equals(environment)) {
            differences.add(name + " " + data + " in the data, " + environment + " in the task");
        }
    }
}
