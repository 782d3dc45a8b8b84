package org.cfcql.run.dataset;

import java.util.ArrayList;
import java.util.List;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.error.UserError;
import org.cfcql.learn.TaskShape;

/** Whether data or a policy fit an environment. */
public final class TaskMatch {
    private TaskMatch() {}

    /**
     * Checks sizes and names.
     *
     * @param what what was made for the task, for messages
     * @throws UserError naming what differs
     */
    public static void require(String what, TaskShape made, EnvironmentSpec environment) {
        List<String> differences = new ArrayList<>();
        compare("environment", made.environment(), environment.id(), differences);
        compare("agents", made.agents(), environment.agents().size(), differences);
        compare(
                "observation size",
                made.observationSize(),
                environment.observationSize(),
                differences);
        compare("state size", made.stateSize(), environment.stateSize(), differences);
        compare("action space", made.actionSpace(), environment.actionSpace(), differences);
        if (!differences.isEmpty()) {
            throw new UserError(
                    "expected "
                            + what
                            + " to be made for "
                            + environment.id()
                            + " with these options, found "
                            + String.join(", ", differences)
                            + "; use one made in this environment");
        }
    }

    private static void compare(
            String name, Object made, Object environment, List<String> differences) {
        if (!made.equals(environment)) {
            differences.add(name + " " + made + " instead of " + environment);
        }
    }
}
