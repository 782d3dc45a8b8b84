package org.cfcql.run;

import java.util.Map;
import java.util.Set;
import org.cfcql.env.ActionSpace;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;

/** Which keys an algorithm knows in a branch: those that it reads there. */
final class BranchKeys {
    private static final String NOWHERE = "none";

    private BranchKeys() {}

    /**
     * The keys that are read beside some values.
     *
     * @param settings what an experiment sets; values that are none, such as the lists of a sweep,
     *     count as left out
     */
    static Set<String> of(Algorithm algorithm, Branch branch, Map<String, ?> settings) {
        Settings explored = Settings.exploring(algorithm.id(), settings);
        try {
            algorithm.configure(smallestTask(branch), explored, Track.EQUAL);
        } catch (UserError values) {
            // Values that do not fit together are told when the cells are checked.
        }
        return explored.resolved().keySet();
    }

    private static TaskShape smallestTask(Branch branch) {
        ActionSpace actions =
                branch == Branch.DISCRETE
                        ? new ActionSpace.Discrete(2)
                        : new ActionSpace.Box(1, -1, 1);
        return new TaskShape(NOWHERE, NOWHERE, 1, 1, 1, actions, 1);
    }
}
